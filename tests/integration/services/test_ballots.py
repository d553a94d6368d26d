# SPDX-License-Identifier: Apache-2.0
"""Ballots: only people, only on the bytes they saw, the latest wins, every change is kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from atr.domain.artifact import Digest
from atr.domain.errors import Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor, ActorKind, TokenScope
from atr.domain.permissions import Activity
from atr.domain.vote import BallotDoor, Choice, Counts, Round
from atr.ports.jobs import JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.ballots import CastBallot, identify_voter
from atr.services.door import Door
from atr.services.votes import CancelRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import KEY, cast_vote, seal_release, set_policy, show_round, start_vote


@pytest.fixture
def opened(door: Door) -> Round:
    make_project(door)
    seal_release(door)
    return start_vote(door)


def test_a_ballot_is_kept_with_everything_the_voter_said(door: Door, opened: Round) -> None:
    command = CastBallot(
        KEY,
        1,
        " +1 ",
        opened.manifest_digest,
        comment=" builds here ",
        evidence={"built": "Debian 12"},
        door=BallotDoor.COMMAND_LINE,
    )
    ballot = door.perform(act_as(door, "alice"), command)
    (view,) = show_round(door).ballots
    assert view.ballot == ballot
    assert (ballot.text, ballot.comment, dict(ballot.evidence)) == (
        "+1",
        "builds here",
        {"built": "Debian 12"},
    )
    assert (ballot.cast_at, ballot.door) == (NOON, BallotDoor.COMMAND_LINE)


def test_everybody_votes_but_only_the_roster_is_binding(door: Door, opened: Round) -> None:
    cast_vote(door, "alice")
    cast_vote(door, "dave", "-1")
    cast_vote(door, add_person(door, "visitor"), "0")
    tally = show_round(door).tally
    assert (tally.binding, tally.community) == (Counts(1), Counts(0, 1, 1))


def test_the_latest_ballot_wins_and_the_earlier_ones_stay(
    door: Door, opened: Round, clock: SettableClock
) -> None:
    for choice in ("-1", "0", "+1"):
        cast_vote(door, "alice", choice)
        clock.advance(minutes=1)
    (view,) = show_round(door).ballots
    assert view.ballot.choice is Choice.FOR
    assert [ballot.text for ballot in view.earlier] == ["-1", "0"]
    assert show_round(door).tally.binding == Counts(1)


def test_a_slow_clock_does_not_bring_an_earlier_ballot_back(
    door: Door, opened: Round, clock: SettableClock
) -> None:
    cast_vote(door, "alice", "-1")
    clock.advance(minutes=-5)
    cast_vote(door, "alice", "+1")
    assert show_round(door).tally.binding == Counts(1)


def test_an_opinion_of_a_member_counts_for_the_community(door: Door, opened: Round) -> None:
    cast_vote(door, "alice", "+0.5")
    assert show_round(door).tally.community == Counts(0, 1, 0)


def test_a_ballot_on_other_bytes_is_refused_naming_both(door: Door, opened: Round) -> None:
    other = Digest("sha512", "0" * 128)
    with pytest.raises(Refused) as refusal:
        door.perform(act_as(door, "alice"), CastBallot(KEY, 1, "+1", other))
    assert str(other) in str(refusal.value)
    assert str(opened.manifest_digest) in str(refusal.value)
    assert show_round(door).ballots == ()


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (ANONYMOUS, NotSignedIn),
        (SERVICE, Denied),
        (OPERATOR, Denied),
        (Actor(ActorKind.AUTOMATION, scope=TokenScope(frozenset({Activity.VOTE}))), Denied),
    ],
)
def test_only_people_vote(door: Door, opened: Round, actor: Actor, error: type[Exception]) -> None:
    with pytest.raises(error):
        door.perform(actor, CastBallot(KEY, 1, "+1", opened.manifest_digest))


def test_a_persons_automation_does_not_vote_either(door: Door, opened: Round) -> None:
    robot = replace(act_as(door, "alice"), kind=ActorKind.AUTOMATION)
    with pytest.raises(Denied, match="Only people vote"):
        identify_voter(robot)
    with pytest.raises(Denied):
        door.perform(robot, CastBallot(KEY, 1, "+1", opened.manifest_digest))


@pytest.mark.parametrize("choice", ["", "yes", "+2", "+1 -1"])
def test_what_is_no_vote_is_refused(door: Door, opened: Round, choice: str) -> None:
    with pytest.raises(Invalid, match="is not a vote"):
        cast_vote(door, "alice", choice)


def test_a_round_that_is_not_there_takes_no_ballot(door: Door, opened: Round) -> None:
    with pytest.raises(NotFound):
        door.perform(act_as(door, "alice"), CastBallot(KEY, 2, "+1", opened.manifest_digest))


def test_a_round_that_is_over_takes_no_ballot(door: Door, opened: Round) -> None:
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    with pytest.raises(Refused, match="it was cancelled"):
        cast_vote(door, "alice")


def test_an_overdue_round_takes_ballots_until_it_passes(
    door: Door, opened: Round, clock: SettableClock, queue: RecordedQueue
) -> None:
    clock.advance(hours=80)
    for member in ("alice", "bob"):
        cast_vote(door, member)
    assert show_round(door).tally.overdue
    assert queue.list_arguments(JobKind.RESOLVE_ROUND) == []
    cast_vote(door, "carol")
    assert queue.list_arguments(JobKind.RESOLVE_ROUND) == ["demo/main/1.0#1"]


@pytest.mark.parametrize(("auto_resolve", "jobs"), [(True, ["demo/main/1.0#1"]), (False, [])])
def test_with_zero_hours_the_deciding_ballot_has_the_round_resolved(
    door: Door, queue: RecordedQueue, auto_resolve: bool, jobs: list[str]
) -> None:
    make_project(door)
    set_policy(door, min_hours=0, auto_resolve=auto_resolve)
    seal_release(door)
    start_vote(door)
    for member in ("alice", "bob", "carol"):
        assert queue.list_arguments(JobKind.RESOLVE_ROUND) == []
        cast_vote(door, member)
    assert queue.list_arguments(JobKind.RESOLVE_ROUND) == jobs


def test_before_the_deadline_no_ballot_has_the_round_resolved(
    door: Door, opened: Round, queue: RecordedQueue
) -> None:
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    assert queue.list_arguments(JobKind.RESOLVE_ROUND) == []


def test_a_vote_held_elsewhere_takes_no_ballot(door: Door) -> None:
    make_project(door)
    set_policy(door, manual_vote=True)
    seal_release(door)
    start_vote(door)
    with pytest.raises(Refused, match="counts no ballots"):
        cast_vote(door, "alice")


def test_ballots_cast_at_the_same_moment_are_all_counted(door: Door, opened: Round) -> None:
    voters = [add_person(door, f"voter{number}") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda voter: cast_vote(door, voter), voters))
    assert show_round(door).tally.community == Counts(8)


def test_each_ballot_is_one_event_without_its_comment(
    door: Door, opened: Round, open_unit: OpenUnit, clock: SettableClock
) -> None:
    command = CastBallot(KEY, 1, "-1", opened.manifest_digest, comment="my address is 5 Elm Street")
    door.perform(act_as(door, "alice"), command)
    clock.advance(seconds=1)
    cast_vote(door, "alice")
    with open_unit() as unit:
        page = unit.events.list(EventFilter(name="ballot.cast"), PageRequest())
    first, second = reversed(page.items)
    assert (first.actor, first.subject.name, first.at) == ("alice", "demo/1.0#1", NOON)
    assert (first.details["choice"], first.details["binding"], first.details["changed"]) == (
        "-1",
        True,
        False,
    )
    assert (second.details["changed"], second.at) == (True, NOON + timedelta(seconds=1))
    assert "Elm" not in str(page.items)


@pytest.mark.parametrize("statement", ["UPDATE ballots SET choice = '0'", "DELETE FROM ballots"])
def test_the_database_keeps_ballots_as_they_are(
    door: Door, opened: Round, engine: Engine, statement: str
) -> None:
    cast_vote(door, "alice")
    with engine.connect() as connection, pytest.raises(DBAPIError, match="ballots"):
        connection.execute(text(statement))
