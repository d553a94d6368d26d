# SPDX-License-Identifier: Apache-2.0
"""The audit trail over HTTP."""

import pytest

from atr.services.door import Door
from tests.support.door import SettableClock
from tests.support.playground import add_person, make_line, make_project
from tests.support.website import Client, enter_as

EVENTS = "/api/v1/events"


@pytest.fixture(autouse=True)
def demo(door: Door, clock: SettableClock) -> None:
    make_project(door)
    clock.advance(hours=1)
    make_line(door)


@pytest.fixture
def root(door: Door) -> dict[str, str]:
    add_person(door, "root", sysadmin=True)
    return enter_as(door, "root")


def list_names(api: Client, headers: dict[str, str] | None = None, **query: str) -> list[str]:
    answer = api.get(EVENTS, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


def test_the_events_of_a_project_or_line_are_public(api: Client) -> None:
    assert list_names(api, subject="demo") == ["product.created", "project.created"]
    assert list_names(api, subject="demo/tools") == ["product.created"]
    assert list_names(api, subject="demo/1.0") == []
    own = api.get("/api/v1/projects/demo/events", params={"q": "product"}).json()["items"]
    assert [item["name"] for item in own] == ["product.created"]


def test_an_event_tells_who_what_when_and_why_permitted(api: Client) -> None:
    (item,) = api.get(EVENTS, params={"subject": "demo/tools"}).json()["items"]
    del item["sequence"]
    assert item == {
        "at": "2026-11-21T13:00:00Z",
        "actor": "operator",
        "actor_name": "operator",
        "role": None,
        "activity": "product admin",
        "name": "product.created",
        "subject": {
            "kind": "product",
            "name": "demo/tools",
            "project": "demo",
            "product": "tools",
            "version": None,
        },
        "details": {"version_order": "semver"},
    }


def test_everything_is_searched_by_those_who_may(api: Client, door: Door, root: dict[str, str]) -> None:
    assert "person.added" in list_names(api, root)
    assert api.get(EVENTS).status_code == 401
    assert api.get(EVENTS, headers=enter_as(door, "alice")).status_code == 403
    assert api.get(EVENTS, params={"subject": "nowhere"}).status_code == 404


def test_filters_narrow_the_list(api: Client, root: dict[str, str]) -> None:
    assert set(list_names(api, root, actor="anonymous")) == set()
    assert list_names(api, root, name="project.created") == ["project.created"]
    assert list_names(api, root, activity="product admin") == ["product.created"]
    assert list_names(api, root, since="2026-11-21T13:00:00Z", subject="demo") == ["product.created"]
    assert list_names(api, root, until="2026-11-21T14:00:00+01:00", subject="demo") == ["project.created"]
    assert list_names(api, root, q="demo/tools SEMVER") == ["product.created"]


def test_pages_follow_each_other(api: Client, root: dict[str, str]) -> None:
    whole = list_names(api, root)
    first = api.get(EVENTS, params={"limit": 3}, headers=root).json()
    rest = api.get(EVENTS, params={"limit": 200, "cursor": first["next"]}, headers=root).json()
    assert [item["name"] for item in first["items"] + rest["items"]] == whole
    assert rest["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"since": "2026-11-21T13:00:00"},
        {"until": "2026-13-01T00:00:00Z"},
        {"subject": "Demo"},
        {"subject": "demo/tools/1.0/x"},
        {"cursor": "abc"},
        {"cursor": "9" * 19},
        {"limit": "many"},
    ],
)
def test_what_cannot_be_read_is_refused(api: Client, root: dict[str, str], query: dict[str, str]) -> None:
    assert api.get(EVENTS, params=query, headers=root).status_code == 422
