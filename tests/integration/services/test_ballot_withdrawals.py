# SPDX-License-Identifier: Apache-2.0
"""People take their ballots back: kept, shown, told, and counted no more."""

from dataclasses import replace

import pytest

from atr.domain.errors import Denied, NotFound, NotSignedIn, Refused
from atr.domain.mail import MailKind
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.vote import Counts, RoundState
from atr.domain.vote_message import MessageState
from atr.ports.jobs import JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.ballot_withdrawals import WithdrawOwnBallot
from atr.services.door import Door
from atr.services.live_tallies import ShowTimeline
from atr.services.participants import WithdrawBallot
from atr.services.surroundings import Surroundings
from atr.services.vote_views import VoteAction
from atr.services.votes import CancelRound
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.visitors import vote_as_visitor
from tests.support.vote_mail import KEYS, find_call, receive, write_signed
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    list_mails,
    make_bench,
    seal_release,
    show_round,
    start_vote,
)


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    start_vote(door)
    return make_bench(door, surroundings, queue)


def withdraw(door: Door, user: str = "alice") -> None:
    door.perform(act_as(door, user), WithdrawOwnBallot(KEY, 1))


def test_a_ballot_taken_back_is_kept_and_counts_no_more(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    cast_vote(door, "alice", "-1")
    cast_vote(door, "bob")
    clock.advance(hours=1)
    withdraw(door)
    view = show_round(door)
    assert (view.tally.binding, [each.name for each in view.ballots]) == (Counts(1), ["Bob"])
    (taken,) = view.withdrawn
    assert (taken.name, taken.ballot.text, taken.withdrawn_at) == ("Alice", "-1", clock.now)
    assert "alice" in view.silent


def test_taking_back_is_an_event_and_a_mail_in_the_thread(
    door: Door, bench: Bench, open_unit: OpenUnit
) -> None:
    cast_vote(door, "alice", "-1")
    withdraw(door)
    with open_unit() as unit:
        newest = unit.events.list(EventFilter(KEY.project), PageRequest(1)).items[0]
    assert (newest.name, newest.actor, dict(newest.details)) == (
        "ballot.withdrawn",
        "alice",
        {"round": 1, "choice": "-1", "binding": True},
    )
    told = list_mails(door, MailKind.BALLOT_RECEIPT)[-1]
    assert told.body.startswith("Alice takes back the vote -1 (binding). It counts no more.")
    assert told.in_reply_to == find_call(door).message_id


def test_whoever_votes_again_begins_anew_and_every_step_is_told(door: Door, bench: Bench) -> None:
    for _ in range(2):
        cast_vote(door, "alice")
        withdraw(door)
    cast_vote(door, "alice", "0")
    (view,) = show_round(door).ballots
    assert (view.ballot.text, view.earlier) == ("0", ())
    mails = list_mails(door, MailKind.BALLOT_RECEIPT)
    assert [mail.body.split("\n")[0].partition(" (")[0] for mail in mails] == [
        "Alice votes +1",
        "Alice takes back the vote +1",
        "Alice votes +1",
        "Alice takes back the vote +1",
        "Alice votes 0",
    ]


def test_the_timeline_goes_down_again(door: Door, bench: Bench, clock: SettableClock) -> None:
    cast_vote(door, "alice", "0")
    cast_vote(door, "alice")
    clock.advance(hours=1)
    withdraw(door)
    cast_vote(door, "bob", "-1")
    points = door.ask(ANONYMOUS, ShowTimeline(KEY, 1)).points
    assert [(point.text, point.withdrawn, point.binding) for point in points] == [
        ("0", False, Counts(0, 1)),
        ("+1", False, Counts(1)),
        ("+1", True, Counts()),
        ("-1", False, Counts(0, 0, 1)),
    ]
    assert points[2].cast_at == clock.now


def test_a_vote_that_does_not_pass_by_it_is_not_resolved(
    door: Door, bench: Bench, clock: SettableClock, queue: RecordedQueue
) -> None:
    for member in ("alice", "bob"):
        cast_vote(door, member)
    cast_vote(door, "carol", "-1")
    clock.advance(hours=73)
    withdraw(door, "carol")
    assert queue.list_arguments(JobKind.RESOLVE_ROUND) == []


def test_a_vote_that_passes_by_what_is_taken_back_is_resolved(
    door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock
) -> None:
    make_project(door, pmc=("alice", "bob", "carol", "erin", "frank", "gina"))
    seal_release(door)
    start_vote(door)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    for member in ("erin", "frank", "gina"):
        cast_vote(door, member, "-1")
    clock.advance(hours=73)
    bench = make_bench(door, surroundings, queue)
    withdraw(door, "gina")
    bench.work_off()
    view = show_round(door)
    assert (view.vote.state, view.tally.binding) == (RoundState.PASSED, Counts(3, 0, 2))


def test_nothing_is_taken_back_that_is_not_there_or_counted_already(door: Door, bench: Bench) -> None:
    with pytest.raises(Refused, match="no ballot of yours"):
        withdraw(door)
    cast_vote(door, "alice")
    withdraw(door)
    with pytest.raises(Refused, match="no ballot of yours"):
        withdraw(door)
    cast_vote(door, "alice")
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    with pytest.raises(Refused, match="cancelled"):
        withdraw(door)


def test_only_people_take_ballots_back_and_only_their_own(door: Door, bench: Bench) -> None:
    cast_vote(door, "alice")
    with pytest.raises(NotSignedIn):
        door.perform(ANONYMOUS, WithdrawOwnBallot(KEY, 1))
    with pytest.raises(Denied):
        door.perform(SERVICE, WithdrawOwnBallot(KEY, 1))
    with pytest.raises(NotFound):
        door.perform(act_as(door, "alice"), WithdrawOwnBallot(KEY, 2))
    with pytest.raises(Refused):
        withdraw(door, "bob")
    assert show_round(door).tally.binding == Counts(1)


def test_the_page_offers_it_to_whoever_has_voted(door: Door, bench: Bench) -> None:
    cast_vote(door, "alice")
    offered = {
        user: show_round(door, actor=act_as(door, user)).find_action(VoteAction.WITHDRAW).reasons
        for user in ("alice", "bob")
    }
    assert offered == {"alice": (), "bob": ("There is no ballot of yours to take back.",)}


def test_a_mail_from_before_does_not_bring_the_vote_back(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    call = find_call(door)
    assert receive(door, write_signed(call)).state is MessageState.COUNTED
    clock.advance(hours=1)
    withdraw(door)
    assert receive(door, write_signed(call)).state is MessageState.COUNTED  # it was, once
    late = receive(door, write_signed(call, number=2))
    assert late.reasons == ("Its sender took their vote back after writing it.",)
    assert show_round(door).ballots == ()


def test_the_thread_hears_of_a_visitor_by_number_alone(door: Door, bench: Bench) -> None:
    confirmed = vote_as_visitor(bench)
    door.perform(ANONYMOUS, WithdrawBallot(str(confirmed.link)))
    told = list_mails(door, MailKind.BALLOT_RECEIPT)[-1]
    assert told.body.startswith("visitor 1 takes back the vote +1 (non-binding).")
