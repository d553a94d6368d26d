# SPDX-License-Identifier: Apache-2.0
"""The audit trail: who may search it all, what narrows it, and an address for every state."""

from collections.abc import Callable

import pytest

from atr.domain.names import Version
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.scenes import furnish_foundation
from tests.support.voting import KEY, make_bench
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


@pytest.mark.usefixtures("furnished")
def test_foundation_members_search_everything(enter: WalkIn) -> None:
    page = enter("member").look("/events")
    assert page.status == 200
    for text in ("used a login link of member", "Carol PMC member voted +1 (binding)", "changed the project"):
        assert text in page.text
    assert "/releases/demo/main/1.0" in page.links


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("user", ["", "alice"])
def test_others_are_led_to_one_project(enter: WalkIn, user: str) -> None:
    visitor = enter(user)
    page = visitor.look("/events")
    assert page.status == 200
    assert "Look at one project or release." in page.text
    assert visitor.look("/events?actor=alice").status == (403 if user else 401)
    project = visitor.look("/events?subject=demo")
    assert (project.status, "began the candidate" in project.text) == (200, True)


@pytest.mark.usefixtures("furnished")
def test_a_release_has_events_of_its_own(enter: WalkIn) -> None:
    page = enter("").look("/events?subject=demo/1.1")
    assert "opened round 1 of the vote" in page.text
    assert "/releases/demo/main/1.0" not in page.links
    assert page.values["subject"] == "demo/1.1"
    line = enter("").look("/events?subject=demo/tools")
    assert "changed the vote policy" in line.text


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("actor=carol", "voted +1", "began the candidate"),
        ("activity=release+admin", "began the candidate", "voted +1"),
        ("q=announce", "announced the release", "voted +1"),
        ("since=2026-12-01&until=2026-12-31", "demo/1.0 2026-12-21", "2026-11-21 12:00"),
        ("until=2026-11-21", "2026-11-21 12:00", "2026-12-21"),
        ("since=2026-12-21T12:00:00Z&until=2026-12-21T12:00:01Z", "2026-12-21 12:00", "2026-11-21 12:00"),
    ],
)
def test_a_search_is_narrowed(enter: WalkIn, query: str, shown: str, hidden: str) -> None:
    page = enter("").look(f"/events?subject=demo&{query}")
    assert shown in page.text
    assert hidden not in page.text


def test_a_search_that_finds_nothing_says_so(enter: WalkIn, door: Door) -> None:
    make_project(door)
    assert "No event matches" in enter("").look("/events?subject=demo&q=zzz").text


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("since=soon", "Write a day such as 2026-11-21."),
        ("until=2026-13-01", "Write a day such as 2026-11-21."),
        ("subject=a/b/c/d", "Write PROJECT[/PRODUCT]"),
    ],
)
def test_a_faulty_search_is_explained_and_kept(enter: WalkIn, query: str, complaint: str) -> None:
    page = enter("").look(f"/events?{query}&actor=alice")
    assert page.status == 422
    assert complaint in page.text
    assert page.values["actor"] == "alice"


def test_a_project_that_is_not_there_is_told(enter: WalkIn) -> None:
    page = enter("").look("/events?subject=nobody")
    assert page.status == 404
    assert "There is no project nobody." in page.text


def test_events_come_in_pages(enter: WalkIn, door: Door) -> None:
    make_project(door)
    for number in range(60):
        door.perform(act_as(door, "rm"), CreateRelease(KEY.line, Version(f"1.{number}")))
    first = enter("").look("/events?subject=demo&activity=release+admin")
    (following,) = [link for link in first.links if "cursor=" in link]
    assert "activity=release+admin" in following
    second = enter("").look(following)
    assert "/releases/demo/main/1.0" in second.links
    assert "/releases/demo/main/1.59" not in second.links
    assert "Back to the newest" in second.text
    assert enter("").look("/events?subject=demo&cursor=nonsense").status == 422


def test_script_in_events_is_shown_as_text(enter: WalkIn, door: Door) -> None:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    visitor = enter("alice")
    evil = "<script>alert(1)</script>"
    visitor.send("/projects/demo/edit", {"edition": "1", "name": evil, "status": "active"})
    page = visitor.look("/events?subject=demo")
    assert "<script>alert" not in page.answer.text
    assert "alert(1)" in page.text
