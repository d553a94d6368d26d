# SPDX-License-Identifier: Apache-2.0
"""The first page, the search, help and privacy."""

from collections.abc import Callable

import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import add_person, make_project
from tests.support.scenes import furnish_foundation
from tests.support.voting import cast_vote, make_bench, seal_release, start_vote
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


def test_strangers_are_told_what_this_is(enter: WalkIn) -> None:
    page = enter("").look("/")
    assert page.status == 200
    assert "Sample Foundation Official releases, byte for byte" in page.text
    assert "No projects yet" in page.text
    assert "Nothing has been released yet." in page.text


@pytest.mark.usefixtures("furnished")
def test_strangers_see_votes_releases_and_projects(enter: WalkIn) -> None:
    page = enter("").look("/")
    assert "Look, test and vote now" in page.text
    assert "/releases/demo/main/1.1/votes/1" in page.links
    assert "/releases/demo/main/1.0" in page.links
    assert {"/projects/demo", "/projects/sprout"} <= set(page.links)
    assert "/projects/quiet" not in page.links


@pytest.mark.usefixtures("furnished")
def test_a_member_sees_what_waits(enter: WalkIn) -> None:
    page = enter("bob").look("/")
    assert "Hello, Bob" in page.text
    assert "1 vote to cast, 2 releases to move on and 1 release held up" in page.text
    assert "Vote on Sample Demo 1.1" in page.text
    assert "1 blocker is open: repair the files or waive the rule." in page.text
    assert "Read the announcement and send it." in page.text
    assert "/releases/demo/main/1.0.1/announcement" in page.links


@pytest.mark.usefixtures("furnished")
def test_a_committer_sees_what_others_have_to_do(enter: WalkIn) -> None:
    page = enter("dave").look("/")
    assert "You have voted" in page.text
    assert "On their way" in page.text
    assert "Settle the findings" in page.text


def test_somebody_on_no_roster_is_shown_where_to_begin(enter: WalkIn, door: Door) -> None:
    add_person(door, "newcomer")
    page = enter("newcomer").look("/")
    assert "You are on no roster yet" in page.text


def test_a_vote_that_was_cast_does_not_wait_any_more(enter: WalkIn, door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    assert "Vote on Sample Demo" in enter("alice").look("/").text
    cast_vote(door, "alice")
    after = enter("alice").look("/").text
    assert "Vote on Sample Demo" not in after
    assert "You have voted" in after


@pytest.mark.usefixtures("furnished")
def test_the_search_finds_projects_and_releases(enter: WalkIn) -> None:
    found = enter("").look("/search?q=demo")
    assert "/projects/demo" in found.links
    assert "/releases/demo/tools/2026.11" in found.links
    assert "/releases/demo/main/1.1" in enter("").look("/search?q=demo+1.1").links


def test_the_search_says_when_nothing_was_found(enter: WalkIn) -> None:
    assert "Nothing was found" in enter("").look("/search?q=<script>alert(1)</script>").text
    assert "Type a name, a key or a version" in enter("").look("/search").text


def test_what_is_searched_for_is_shown_as_text(enter: WalkIn) -> None:
    answer = enter("").look('/search?q="><script>alert(1)</script>').answer
    assert "<script>alert" not in answer.text


def test_privacy_names_the_periods_that_hold(enter: WalkIn) -> None:
    page = enter("").look("/privacy")
    assert "7 days" in page.text
    assert "8 hours" in page.text
    assert "30 days after the result" in page.text
