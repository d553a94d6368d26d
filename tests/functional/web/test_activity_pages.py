# SPDX-License-Identifier: Apache-2.0
"""Activity: what happened in which month, drawn and as a table."""

from datetime import UTC, date, datetime, timedelta

import pytest

from atr.domain.activity import list_months
from atr.domain.lifecycle import Phase
from atr.domain.names import ProjectKey, ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.services.activity import ShowActivity
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.services.votes import CancelRound
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench, seal_release, start_vote
from tests.support.website import Client


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


@pytest.mark.usefixtures("furnished")
def test_releases_and_findings_are_counted_by_month(door: Door) -> None:
    found = door.ask(ANONYMOUS, ShowActivity())
    assert (len(found.months), found.months[-1]) == (12, date(2027, 1, 1))
    assert dict(zip(found.months, found.releases, strict=True))[date(2026, 11, 1)] == 1
    assert sum(found.releases) == 2
    assert (found.findings["blocker"][-1], found.findings["concern"][-1]) == (0, 0)
    assert not door.ask(ANONYMOUS, ShowActivity(ProjectKey("demo"))).is_empty
    assert door.ask(ANONYMOUS, ShowActivity(ProjectKey("sprout"))).is_empty


def test_the_time_in_a_phase_is_that_from_entering_it_to_leaving_it(door: Door, clock: SettableClock) -> None:
    make_project(door)
    for number, hours in enumerate((10, 30, 80)):
        key = ReleaseKey.parse(f"demo/{number}.0")
        seal_release(door, key)
        start_vote(door, key, 72)
        clock.advance(hours=hours)
        door.perform(act_as(door, "alice"), CancelRound(key, 1, "Again."))
    stays = {each.phase: each for each in door.ask(ANONYMOUS, ShowActivity()).stays}
    assert (stays[Phase.VOTE].stays, stays[Phase.VOTE].median) == (3, timedelta(hours=30))
    assert Phase.RELEASED not in stays


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("path", ["/activity", "/projects/demo/activity"])
def test_a_page_draws_it_with_the_same_numbers_in_a_table(api: Client, door: Door, path: str) -> None:
    page = walk_in(api, door).look(path)
    for words in ("Releases by month", "2 releases from February 2026 to January 2027", "As a table", "Vote"):
        assert words in page.text
    assert page.answer.text.count('<svg class="graph-plot"') >= 2
    assert "November 2026: 1 release<" in page.answer.text


def test_a_young_foundation_is_told_how_to_begin(api: Client, door: Door) -> None:
    make_project(door)
    assert "Nothing happened yet" in walk_in(api, door).look("/activity").text
    assert walk_in(api, door).look("/projects/nowhere/activity").status == 404


@pytest.mark.usefixtures("furnished")
def test_the_api_counts_the_same(api: Client) -> None:
    answer = api.get("/api/v1/activity").json()
    assert answer["months"][-1]["month"] == "2027-01-01"
    assert sum(month["releases"] for month in answer["months"]) == 2
    assert {each["phase"] for each in answer["phases"]} >= {"compose", "vote"}
    assert api.get("/api/v1/projects/demo/activity").json() == answer
    assert api.get("/api/v1/projects/nowhere/activity").status_code == 404


def test_months_go_back_over_the_turn_of_a_year() -> None:
    assert list_months(datetime(2026, 2, 3, tzinfo=UTC), 4) == (
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    )
