# SPDX-License-Identifier: Apache-2.0
"""The audit trail as a file: whole, with the same rights, and harmless to spreadsheets."""

import csv
import io
import json

import pytest

from atr.domain.names import UserId
from atr.domain.people import OPERATOR
from atr.domain.project import ProjectChange
from atr.services.door import Door
from atr.services.people import CreatePerson
from atr.services.projects import EditProject
from atr.services.reminders import SetReminders
from tests.support.browsing import walk_in
from tests.support.playground import act_as, add_person, make_line, make_project
from tests.support.scenes import DEMO
from tests.support.website import Client, enter_as

EXPORT = "/api/v1/events/export"


@pytest.fixture(autouse=True)
def demo(door: Door) -> None:
    make_project(door)
    add_person(door, "root", sysadmin=True)


def test_a_spreadsheet_has_every_event_of_a_project(api: Client, door: Door) -> None:
    make_line(door)
    answer = api.get("/events/export?format=csv&subject=demo")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="events.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["name"] for row in rows] == ["product.created", "project.created"]
    assert (rows[0]["project"], rows[0]["actor"]) == ("demo", "operator")
    assert isinstance(json.loads(rows[0]["details"]), dict)


def test_json_lines_come_in_pages_without_a_gap(api: Client, door: Door) -> None:
    for number in range(230):
        door.perform(act_as(door, "alice"), EditProject(DEMO, ProjectChange(name=f"Demo {number}")))
    answer = api.get(EXPORT, params={"format": "jsonl", "subject": "demo"})
    events = [json.loads(line) for line in answer.text.splitlines()]
    numbers = [event["sequence"] for event in events]
    assert (len(events), numbers) == (231, sorted(numbers, reverse=True))
    assert (events[0]["actor_name"], events[0]["details"]["name"]) == ("Alice", "Demo 229")


def test_a_cell_is_never_a_formula(api: Client, door: Door) -> None:
    door.perform(OPERATOR, CreatePerson(UserId("mallory"), "=HYPERLINK(1)"))
    door.perform(act_as(door, "mallory"), SetReminders(wanted=False))
    found = api.get(EXPORT, params={"format": "csv"}, headers=enter_as(door, "root"))
    assert "'=HYPERLINK(1)" in found.text
    for row in csv.reader(io.StringIO(found.text)):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_the_same_filters_and_rights_hold(api: Client, door: Door) -> None:
    root = enter_as(door, "root")
    everything = api.get(EXPORT, params={"format": "jsonl"}, headers=root)
    assert '"person.added"' in everything.text
    only = api.get(EXPORT, params={"format": "jsonl", "name": "project.created"}, headers=root)
    assert len(only.text.splitlines()) == 1
    assert api.get(EXPORT, params={"format": "csv"}, headers=enter_as(door, "alice")).status_code == 403
    assert api.get(EXPORT, params={"format": "csv"}).status_code == 401
    assert api.get(EXPORT, params={"format": "pdf"}, headers=root).status_code in {400, 422}
    assert api.get(EXPORT, headers=root).status_code in {400, 422}


def test_the_page_offers_what_it_shows(api: Client, door: Door) -> None:
    visitor = walk_in(api, door, "alice")
    page = visitor.look("/events?subject=demo&actor=operator")
    assert "/events/export?format=csv&subject=demo&actor=operator" in page.links
    assert visitor.look("/events/export?format=csv").status == 403
    assert visitor.look("/events/export?format=csv&since=soon&subject=demo").status == 422
