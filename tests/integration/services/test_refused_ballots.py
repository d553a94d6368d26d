# SPDX-License-Identifier: Apache-2.0
"""Ballots that are refused: the voter reads why, whoever runs the vote sees it, and nothing is counted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from atr.domain.artifact import Digest
from atr.domain.errors import NotFound, Refused
from atr.domain.names import UserId
from atr.domain.vote import BallotDoor, Counts, RefusedBallot, Round
from atr.services.ballots import CastBallot
from atr.services.door import Door
from atr.services.refused_ballots import noting_refusals
from atr.services.vote_resolution import ResolveRound
from atr.services.votes import CancelRound
from tests.support.door import NOON, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import KEY, cast_vote, change_project, seal_release, show_round, start_vote

OTHER = Digest("sha512", "0" * 128)


@pytest.fixture
def opened(door: Door) -> Round:
    make_project(door)
    seal_release(door)
    return start_vote(door)


def try_vote(
    door: Door, user: str, digest: Digest, choice: str = "+1", by: BallotDoor = BallotDoor.API
) -> None:
    actor = act_as(door, user)
    command = CastBallot(KEY, 1, choice, digest, door=by)
    with noting_refusals(door, actor, command):
        door.perform(actor, command)


def list_refused(door: Door) -> tuple[RefusedBallot, ...]:
    return show_round(door, actor=act_as(door, "rm")).refused


def test_a_ballot_on_other_bytes_is_shown_to_whoever_runs_the_vote(door: Door, opened: Round) -> None:
    with pytest.raises(Refused, match="look again"):
        try_vote(door, "alice", OTHER, " -1 ", BallotDoor.WEB)
    (refused,) = list_refused(door)
    assert (refused.voter, refused.text, refused.door) == ("alice", "-1", BallotDoor.WEB)
    assert (refused.refused_at, refused.attempts) == (NOON, 1)
    assert str(OTHER) in refused.reasons[0]
    assert show_round(door, actor=act_as(door, "dave")).refused == ()
    assert show_round(door).tally.binding == Counts()


def test_repeated_attempts_are_one_line_with_their_number(
    door: Door, opened: Round, clock: SettableClock
) -> None:
    for _ in range(3):
        with pytest.raises(Refused):
            try_vote(door, "alice", OTHER)
        clock.advance(minutes=1)
    with pytest.raises(Refused):
        try_vote(door, "bob", OTHER)
    newest, first = list_refused(door)
    assert (newest.voter, first.voter, first.attempts) == ("bob", "alice", 3)


def test_after_its_deadline_a_passing_vote_takes_no_ballot_that_could_turn_it(
    door: Door, opened: Round, clock: SettableClock
) -> None:
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    with pytest.raises(Refused, match="has passed and is being closed"):
        try_vote(door, "carol", opened.manifest_digest, "-1")
    assert show_round(door).tally.binding == Counts(3)
    assert list_refused(door)[0].text == "-1"
    door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    assert show_round(door).vote.tally is not None


def test_a_ballot_on_a_vote_that_is_over_is_noted_too(door: Door, opened: Round) -> None:
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    with pytest.raises(Refused, match="it was cancelled"):
        try_vote(door, "dave", opened.manifest_digest)
    assert list_refused(door)[0].voter == "dave"


def test_a_ballot_on_no_round_and_another_refusal_leave_no_note(door: Door, opened: Round) -> None:
    alice = act_as(door, "alice")
    missing = CastBallot(KEY, 2, "+1", opened.manifest_digest)
    with pytest.raises(NotFound), noting_refusals(door, alice, missing):
        door.perform(alice, missing)
    rm, early = act_as(door, "rm"), ResolveRound(KEY, 1)
    with pytest.raises(Refused, match="open until"), noting_refusals(door, rm, early):
        door.perform(rm, early)
    assert list_refused(door) == ()


def test_somebody_removed_from_the_roster_votes_beside_the_members_and_is_marked(
    door: Door, opened: Round
) -> None:
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members - {UserId("bob")}))
    cast_vote(door, "bob")
    (view,) = show_round(door).ballots
    assert (view.binding, view.on_roster, view.left) == (False, True, True)
    assert show_round(door).tally.community == Counts(1)


def test_one_person_by_two_doors_at_the_same_moment_has_one_current_ballot(door: Door, opened: Round) -> None:
    alice = act_as(door, "alice")
    commands = [
        CastBallot(KEY, 1, choice, opened.manifest_digest, door=by)
        for _ in range(4)
        for choice, by in (("+1", BallotDoor.WEB), ("-1", BallotDoor.COMMAND_LINE))
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda command: door.perform(alice, command), commands))
    (view,) = show_round(door).ballots
    assert len(view.earlier) == 7
    assert show_round(door).tally.binding.total == 1
    expected = Counts(1) if view.ballot.text == "+1" else Counts(0, 0, 1)
    assert show_round(door).tally.binding == expected


def test_a_visitor_of_the_foundation_cannot_see_what_was_refused(door: Door, opened: Round) -> None:
    with pytest.raises(Refused):
        try_vote(door, "alice", OTHER)
    assert show_round(door, actor=add_person(door, "zoe")).refused == ()
    assert list_refused(door) != ()
