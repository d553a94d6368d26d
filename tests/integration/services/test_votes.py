# SPDX-License-Identifier: Apache-2.0
"""A vote is bound at opening to bytes, policy, roster and deadline; it gets more time, or is cancelled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import MailAddress, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS
from atr.domain.project import MailingLists
from atr.domain.vote import Round, RoundKind, RoundState
from atr.ports.jobs import DeadlineKind, JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.mails import ListMails
from atr.services.release_phases import MoveRelease
from atr.services.votes import CancelRound, ExtendRound, StartVote
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import (
    KEY,
    change_project,
    read_release,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)


@pytest.fixture
def sealed(door: Door) -> str:
    make_project(door)
    return str(seal_release(door).key)


@pytest.fixture
def opened(door: Door, sealed: str) -> Round:
    return start_vote(door)


def list_deadlines(open_unit: OpenUnit) -> list[tuple[str, timedelta]]:
    with open_unit() as unit:
        due = unit.deadlines.list_due(NOON + timedelta(days=9999))
    return [(each.subject, each.due_at - NOON) for each in due if each.kind is DeadlineKind.VOTE]


def test_a_vote_is_bound_to_bytes_policy_roster_and_deadline(door: Door, sealed: str) -> None:
    vote = start_vote(door)
    assert vote == show_round(door).vote
    assert vote.revision == 1
    assert vote.policy.mail_to == (MailAddress("dev@demo.example.org"),)
    assert vote.policy_version == "0.0"
    assert vote.roster == {UserId("alice"), UserId("bob"), UserId("carol")}
    assert (vote.deadline_at, vote.kind) == (NOON + timedelta(hours=72), RoundKind.PROJECT)
    assert read_release(door).phase is Phase.VOTE


def test_opening_sets_a_deadline_and_calls_for_votes_in_one_transaction(
    door: Door, sealed: str, open_unit: OpenUnit, queue: RecordedQueue
) -> None:
    queue.forget()
    start_vote(door)
    assert list_deadlines(open_unit) == [("demo/main/1.0#1", timedelta(hours=72))]
    (mail,) = door.ask(ANONYMOUS, ListMails(KEY))
    assert mail.subject == "[VOTE] Release Sample Demo 1.0"
    assert mail.to == (MailAddress("dev@demo.example.org"),)
    assert queue.list_arguments(JobKind.SEND_MAIL) == [mail.message_id]


def test_a_later_roster_changes_no_vote_that_is_open(door: Door, opened: Round) -> None:
    add_person(door, "zoe")
    project = change_project(door)
    grown = project.roster.pmc_members | {UserId("zoe")}
    change_project(door, roster=type(project.roster)(pmc_members=grown))
    assert show_round(door).vote.roster == opened.roster


def test_more_hours_than_the_policy_asks_for_are_taken(door: Door, sealed: str) -> None:
    vote = start_vote(door, hours=100)
    assert vote.deadline_at == NOON + timedelta(hours=100)
    assert vote.policy.min_hours == 100


@pytest.mark.parametrize("hours", [-1, 0, 71, 24 * 365 + 1])
def test_fewer_hours_than_the_policy_asks_for_are_refused(door: Door, sealed: str, hours: int) -> None:
    with pytest.raises(Invalid, match="at least 72 hours"):
        start_vote(door, hours=hours)
    assert read_release(door).phase is Phase.EVALUATE


def test_a_second_vote_is_refused_while_one_goes_on(door: Door, opened: Round) -> None:
    with pytest.raises(Refused, match="cannot go to vote"):
        start_vote(door)


def test_a_candidate_that_is_not_sealed_is_not_voted_on(door: Door, sealed: str) -> None:
    door.perform(act_as(door, "rm"), MoveRelease(KEY, Phase.COMPOSE))
    with pytest.raises(Refused, match="cannot go to vote"):
        start_vote(door)
    with pytest.raises(NotFound, match="release demo/9"):
        start_vote(door, ReleaseKey.parse("demo/9"))


def test_a_vote_that_nobody_could_hear_of_is_refused(door: Door, sealed: str) -> None:
    change_project(door, mailing_lists=MailingLists())
    with pytest.raises(Refused, match="no address to call for votes at"):
        start_vote(door)


def test_a_policy_that_the_foundation_does_not_allow_opens_no_vote(door: Door, sealed: str) -> None:
    set_policy(door, min_binding=1)
    with pytest.raises(Invalid, match="At least 3 binding"):
        start_vote(door)


@pytest.mark.parametrize("user", ["dave", "stranger"])
def test_only_who_may_run_phases_begins_or_ends_a_vote(door: Door, opened: Round, user: str) -> None:
    actor = add_person(door, user)
    for command in (StartVote(KEY), CancelRound(KEY, 1, "no"), ExtendRound(KEY, 1, hours=1)):
        with pytest.raises(Denied):
            door.perform(actor, command)
        with pytest.raises(NotSignedIn):
            door.perform(ANONYMOUS, command)


def test_a_vote_held_elsewhere_opens_without_mail_and_deadline(
    door: Door, sealed: str, open_unit: OpenUnit
) -> None:
    set_policy(door, manual_vote=True)
    change_project(door, mailing_lists=MailingLists())
    vote = start_vote(door)
    assert vote.deadline_at is None
    assert list_deadlines(open_unit) == []
    assert door.ask(ANONYMOUS, ListMails(KEY)) == ()
    with pytest.raises(Refused, match="held elsewhere"):
        door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, hours=5))


def test_hours_make_no_sense_for_a_vote_held_elsewhere(door: Door, sealed: str) -> None:
    set_policy(door, manual_vote=True)
    with pytest.raises(Invalid, match="sets it no time"):
        start_vote(door, hours=100)


def test_more_time_moves_the_deadline_and_tells_the_thread(
    door: Door, opened: Round, open_unit: OpenUnit, clock: SettableClock
) -> None:
    rm = act_as(door, "rm")
    clock.advance(hours=10)
    extended = door.perform(rm, ExtendRound(KEY, 1, hours=24))
    assert extended.deadline_at == NOON + timedelta(hours=96)
    assert list_deadlines(open_unit) == [("demo/main/1.0#1", timedelta(hours=96))]
    clock.advance(hours=100)
    later = door.perform(rm, ExtendRound(KEY, 1, hours=24))
    assert later.deadline_at == NOON + timedelta(hours=134)
    until = door.perform(rm, ExtendRound(KEY, 1, until=NOON + timedelta(hours=200)))
    assert until == show_round(door).vote
    start, *news = door.ask(rm, ListMails(KEY))
    assert [mail.in_reply_to for mail in news] == [start.message_id] * 3
    assert {mail.subject for mail in news} == {"[EXTENDED] [VOTE] Release Sample Demo 1.0"}


@pytest.mark.parametrize(
    ("hours", "until", "reason"),
    [
        (None, None, "either"),
        (5, NOON + timedelta(hours=100), "either"),
        (0, None, "Choose 1"),
        (24 * 365 + 1, None, "Choose 1"),
        (24 * 365, None, "at most"),
        (None, NOON + timedelta(hours=72), "choose a later"),
    ],
)
def test_more_time_has_to_be_said_clearly(
    door: Door, opened: Round, hours: int | None, until: object, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, hours, until))  # type: ignore[arg-type]


def test_a_vote_that_closes_by_count_has_no_deadline_to_move(door: Door, sealed: str) -> None:
    set_policy(door, min_hours=0)
    assert start_vote(door).deadline_at is None
    with pytest.raises(Refused, match="no deadline"):
        door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, hours=5))


def test_a_cancelled_vote_sends_the_candidate_back_and_says_why(
    door: Door, opened: Round, open_unit: OpenUnit
) -> None:
    cancelled = door.perform(act_as(door, "rm"), CancelRound(KEY, 1, " a file is missing "))
    assert cancelled == show_round(door).vote
    assert (cancelled.state, cancelled.closed_by) == (RoundState.CANCELLED, "rm")
    assert cancelled.summary.endswith("a file is missing")
    release = read_release(door)
    assert (release.phase, release.sealed_revision) == (Phase.COMPOSE, None)
    assert list_deadlines(open_unit) == []
    start, news = door.ask(ANONYMOUS, ListMails(KEY))
    assert news.in_reply_to == start.message_id
    assert "a file is missing" in " ".join(news.body.split())
    with pytest.raises(Refused, match="it was cancelled"):
        door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "again"))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_vote_is_not_cancelled_without_a_reason(door: Door, opened: Round, reason: str) -> None:
    with pytest.raises(Invalid, match=r"Say why|within 2000"):
        door.perform(act_as(door, "rm"), CancelRound(KEY, 1, reason))


def test_a_cancelled_vote_held_elsewhere_sends_no_mail(door: Door, sealed: str) -> None:
    set_policy(door, manual_vote=True)
    start_vote(door)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "wrong files"))
    assert door.ask(ANONYMOUS, ListMails(KEY)) == ()


def test_after_a_cancelled_vote_the_same_bytes_can_be_voted_on_again(door: Door, opened: Round) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, CancelRound(KEY, 1, "too early"))
    door.perform(rm, MoveRelease(KEY, Phase.EVALUATE))
    again = start_vote(door)
    assert (again.number, again.manifest_digest) == (2, opened.manifest_digest)
    assert again.state is RoundState.OPEN


def test_a_round_that_is_not_there_is_not_found(door: Door, sealed: str) -> None:
    with pytest.raises(NotFound, match="round demo/main/1"):
        door.perform(act_as(door, "rm"), CancelRound(KEY, 7, "no"))


def test_the_database_keeps_a_second_open_round_out(door: Door, opened: Round, open_unit: OpenUnit) -> None:
    with open_unit() as unit, pytest.raises(Conflict, match="opened in the meantime"):
        unit.votes.add_round(replace(opened, number=2))
