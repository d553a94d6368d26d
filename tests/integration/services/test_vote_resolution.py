# SPDX-License-Identifier: Apache-2.0
"""A round is closed as the policy says, by itself or by the release manager, and never before its time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.errors import Conflict, Denied, DomainError, Invalid, NotFound, Refused
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind
from atr.domain.names import UserId
from atr.domain.people import SERVICE
from atr.domain.vote import Counts, ManualResult, RoundState
from atr.ports.jobs import DeadlineKind, JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ConfirmRound, RecordManualResult, ResolveRound, ResolveRoundIfDue
from atr.services.votes import CancelRound, ExtendRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    change_project,
    list_mails,
    make_bench,
    read_release,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)

PMC = ("alice", "bob", "carol")
RESULT = ManualResult(True, "all fine", "https://lists.example.org/1", (4, 0, 1), (2, 0, 0))


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def open_vote(door: Door, **policy: object) -> None:
    set_policy(door, **policy)
    seal_release(door)
    start_vote(door)


def vote_all(door: Door, choice: str = "+1") -> None:
    for member in PMC:
        cast_vote(door, member, choice)


def let_time_pass(door: Door, clock: SettableClock, bench: Bench, hours: float = 72) -> None:
    """Move the clock on, have due deadlines collected and their jobs done."""
    clock.advance(hours=hours)
    door.keep(CollectDue())
    bench.work_off(JobKind.RESOLVE_ROUND)


def list_event_names(open_unit: OpenUnit) -> list[str]:
    with open_unit() as unit:
        page = unit.events.list(EventFilter(version=KEY.version), PageRequest())
    return [event.name for event in reversed(page.items) if event.name.startswith("vote.")]


def test_at_the_deadline_a_passing_vote_passes_by_itself(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    open_vote(door)
    vote_all(door)
    let_time_pass(door, clock, bench)
    vote = show_round(door).vote
    assert (vote.state, vote.closed_by) == (RoundState.PASSED, "service")
    assert vote.closed_at == NOON + timedelta(hours=72)
    assert vote.tally is not None
    assert vote.tally.binding == Counts(3)
    assert vote.summary == "Binding: +1: 3, 0: 0, -1: 0. Community: +1: 0, 0: 0, -1: 0."
    assert list_event_names(open_unit) == ["vote.opened", "vote.passed"]


def test_passing_moves_the_release_on_and_has_it_published_and_reported(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door)
    vote_all(door)
    cast_vote(door, "dave", "-1")
    let_time_pass(door, clock, bench)
    assert read_release(door).phase is Phase.DISTRIBUTE
    assert bench.queue.list_arguments(JobKind.PUBLISH_RELEASE) == ["demo/main/1.0"]
    start, result = list_mails(door)
    assert result.in_reply_to == start.message_id
    assert result.subject == "[RESULT] [VOTE] Release Sample Demo 1.0"
    assert "Binding votes:\n  +1   Alice\n  +1   Bob\n  +1   Carol\n" in result.body
    assert "Community votes:\n  -1   Dave\n" in result.body


@pytest.mark.parametrize("hours", [0, 71.999])
def test_nothing_passes_before_its_time_by_any_door(
    door: Door, bench: Bench, clock: SettableClock, hours: float
) -> None:
    open_vote(door)
    vote_all(door)
    clock.advance(hours=hours)
    for actor in (act_as(door, "rm"), act_as(door, "alice"), SERVICE):
        with pytest.raises(Refused, match="open until 2026-11-24 12:00"):
            door.perform(actor, ResolveRound(KEY, 1))
        with pytest.raises(Refused, match="until then only cancel"):
            door.perform(actor, ResolveRound(KEY, 1, failed=True))
    with pytest.raises(Refused, match="nothing to confirm"):
        door.perform(act_as(door, "rm"), ConfirmRound(KEY, 1, passes=True, reason="now"))
    ResolveRoundIfDue(KEY, 1).run(bench.tools)
    assert show_round(door).vote.state is RoundState.OPEN
    let_time_pass(door, clock, bench, 72 - hours)
    assert show_round(door).vote.state is RoundState.PASSED


def test_a_vote_that_does_not_pass_stays_open_until_it_does(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door)
    cast_vote(door, "alice")
    let_time_pass(door, clock, bench)
    view = show_round(door)
    assert view.vote.state is RoundState.OPEN
    assert view.tally.overdue
    for member in ("bob", "carol"):
        cast_vote(door, member)
    bench.work_off(JobKind.RESOLVE_ROUND)
    assert show_round(door).vote.state is RoundState.PASSED


def test_an_overdue_vote_is_looked_at_again_because_people_come_back(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door)
    vote_all(door)
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members - {UserId("bob")}))
    let_time_pass(door, clock, bench)
    assert show_round(door).vote.state is RoundState.OPEN
    change_project(door, roster=roster)
    let_time_pass(door, clock, bench, hours=1)
    assert show_round(door).vote.state is RoundState.PASSED


def test_the_release_manager_closes_an_overdue_vote_as_failed(
    door: Door, bench: Bench, clock: SettableClock, open_unit: OpenUnit
) -> None:
    open_vote(door)
    cast_vote(door, "alice", "-1")
    let_time_pass(door, clock, bench)
    failed = door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    assert (failed.state, read_release(door).phase) == (RoundState.FAILED, Phase.FAILED)
    assert list_event_names(open_unit) == ["vote.opened", "vote.failed"]
    start, result = list_mails(door)
    assert "has not passed" in result.body
    assert result.in_reply_to == start.message_id
    with open_unit() as unit:
        due = unit.deadlines.list_due(NOON + timedelta(days=999))
    assert [each for each in due if each.kind is DeadlineKind.VOTE] == []


def test_nobody_closes_a_passing_vote_as_failed(door: Door, bench: Bench, clock: SettableClock) -> None:
    open_vote(door, auto_resolve=False)
    vote_all(door)
    clock.advance(hours=72)
    with pytest.raises(Refused, match="it cannot be closed as failed"):
        door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))


def test_without_automatic_resolution_the_release_manager_presses_the_button(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door, auto_resolve=False)
    vote_all(door)
    let_time_pass(door, clock, bench, hours=99)
    assert show_round(door).vote.state is RoundState.OPEN
    assert not show_round(door).tally.overdue
    passed = door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    assert (passed.state, passed.closed_by) == (RoundState.PASSED, "rm")


def test_with_zero_hours_a_vote_closes_as_soon_as_the_count_passes(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door, min_hours=0)
    cast_vote(door, "alice")
    cast_vote(door, "bob")
    bench.work_off(JobKind.RESOLVE_ROUND)
    ResolveRoundIfDue(KEY, 1).run(bench.tools)
    assert show_round(door).vote.state is RoundState.OPEN
    cast_vote(door, "carol")
    bench.work_off(JobKind.RESOLVE_ROUND)
    assert show_round(door).vote.state is RoundState.PASSED
    with pytest.raises(Refused, match="it passed"):
        cast_vote(door, "dave", "-1")


def test_a_vote_with_zero_hours_is_looked_at_again_because_people_come_back(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door, min_hours=0)
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members - {UserId("bob")}))
    vote_all(door)
    assert not show_round(door).tally.passes
    change_project(door, roster=roster)
    for _ in range(2):
        clock.advance(hours=1)
        door.keep(CollectDue())
        bench.work_off(JobKind.RESOLVE_ROUND)
    assert show_round(door).vote.state is RoundState.PASSED


def test_a_vote_with_zero_hours_can_be_given_up(door: Door, bench: Bench) -> None:
    open_vote(door, min_hours=0)
    failed = door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    assert failed.state is RoundState.FAILED


def test_a_member_who_left_is_shown_and_does_not_count(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    open_vote(door)
    vote_all(door)
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members - {UserId("bob")}))
    let_time_pass(door, clock, bench)
    view = show_round(door)
    assert view.tally.binding == Counts(2)
    (gone,) = [ballot for ballot in view.ballots if ballot.left]
    assert (gone.name, gone.binding, gone.on_roster) == ("Bob", False, True)
    failed = door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    assert failed.departed == {UserId("bob")}
    change_project(door, roster=roster)
    assert show_round(door).tally.binding == Counts(2)
    assert "  +1   Bob (left the PMC before the result)" in list_mails(door)[-1].body


@pytest.fixture
def waiting(door: Door, bench: Bench, clock: SettableClock) -> None:
    open_vote(door, pause_for_rm=True)
    vote_all(door)
    cast_vote(door, "dave", "-1")
    let_time_pass(door, clock, bench)


def test_with_a_minus_one_a_passing_vote_waits_for_the_release_manager(
    door: Door, waiting: None, open_unit: OpenUnit
) -> None:
    assert show_round(door).vote.state is RoundState.WAITING_FOR_RM
    assert read_release(door).phase is Phase.VOTE
    assert list_event_names(open_unit) == ["vote.opened", "vote.paused"]
    (told,) = list_mails(door, MailKind.VOTE_NOTICE)
    assert told.subject == "[PAUSED] [VOTE] Release Sample Demo 1.0"
    for refused in (ResolveRound(KEY, 1), ResolveRound(KEY, 1, failed=True)):
        with pytest.raises(Refused, match="has to confirm"):
            door.perform(act_as(door, "rm"), refused)
    with pytest.raises(Refused, match="has to confirm"):
        cast_vote(door, "dave", "+1")


def test_without_a_minus_one_nothing_waits(door: Door, bench: Bench, clock: SettableClock) -> None:
    open_vote(door, pause_for_rm=True)
    vote_all(door)
    let_time_pass(door, clock, bench)
    assert show_round(door).vote.state is RoundState.PASSED


@pytest.mark.parametrize(
    ("passes", "state", "phase"),
    [(True, RoundState.PASSED, Phase.DISTRIBUTE), (False, RoundState.FAILED, Phase.FAILED)],
)
def test_the_release_manager_decides_with_a_reason(
    door: Door, waiting: None, passes: bool, state: RoundState, phase: Phase
) -> None:
    rm = act_as(door, "rm")
    with pytest.raises(Invalid, match="Say why"):
        door.perform(rm, ConfirmRound(KEY, 1, passes, " "))
    decided = door.perform(rm, ConfirmRound(KEY, 1, passes, "the bug is known"))
    assert (decided.state, decided.closed_by) == (state, "rm")
    assert decided.summary.endswith("The release manager decided: the bug is known")
    assert read_release(door).phase is phase


def test_nothing_but_a_person_confirms(door: Door, waiting: None) -> None:
    with pytest.raises(Denied, match="Only a person"):
        door.perform(SERVICE, ConfirmRound(KEY, 1, passes=True, reason="by itself"))


def test_a_count_that_no_longer_passes_is_not_confirmed(
    door: Door, waiting: None, clock: SettableClock
) -> None:
    rm = act_as(door, "rm")
    roster = change_project(door).roster
    change_project(door, roster=replace(roster, pmc_members=roster.pmc_members - {UserId("bob")}))
    with pytest.raises(Refused, match="2 of 3 required"):
        door.perform(rm, ConfirmRound(KEY, 1, passes=True, reason="still"))
    extended = door.perform(rm, ExtendRound(KEY, 1, hours=24))
    assert extended.state is RoundState.OPEN
    cast_vote(door, "dave", "0")


def test_a_waiting_vote_can_be_cancelled(door: Door, waiting: None) -> None:
    cancelled = door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "a bad -1"))
    assert cancelled.state is RoundState.CANCELLED


@pytest.mark.parametrize(
    ("passed", "state", "phase"),
    [(True, RoundState.PASSED, Phase.DISTRIBUTE), (False, RoundState.FAILED, Phase.FAILED)],
)
def test_the_result_of_a_vote_held_elsewhere_is_recorded(
    door: Door,
    bench: Bench,
    open_unit: OpenUnit,
    passed: bool,
    state: RoundState,
    phase: Phase,
) -> None:
    open_vote(door, manual_vote=True)
    result = replace(RESULT, passed=passed)
    recorded = door.perform(act_as(door, "rm"), RecordManualResult(KEY, 1, result))
    view = show_round(door)
    assert view.vote == recorded
    assert (recorded.state, recorded.manual_result) == (state, result)
    assert (view.tally.binding, view.tally.community) == (Counts(4, 0, 1), Counts(2))
    assert recorded.summary.endswith("all fine")
    assert read_release(door).phase is phase
    assert list_mails(door) == ()
    assert list_event_names(open_unit) == ["vote.opened", f"vote.{state}"]


def test_a_recorded_result_has_to_be_possible_and_a_persons_word(door: Door, bench: Bench) -> None:
    open_vote(door, manual_vote=True)
    too_few = replace(RESULT, binding=(2, 0, 0))
    with pytest.raises(Refused, match="at least 3 binding"):
        door.perform(act_as(door, "rm"), RecordManualResult(KEY, 1, too_few))
    with pytest.raises(Denied, match="Only a person"):
        door.perform(SERVICE, RecordManualResult(KEY, 1, RESULT))


def test_a_vote_held_elsewhere_is_never_resolved_by_itself(door: Door, bench: Bench) -> None:
    open_vote(door, manual_vote=True)
    ResolveRoundIfDue(KEY, 1).run(bench.tools)
    with pytest.raises(Refused, match="held elsewhere"):
        door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    assert show_round(door).vote.state is RoundState.OPEN


def test_a_result_is_recorded_only_where_atr_does_not_count(door: Door, bench: Bench) -> None:
    open_vote(door)
    with pytest.raises(Refused, match="counts this vote itself"):
        door.perform(act_as(door, "rm"), RecordManualResult(KEY, 1, RESULT))


def test_resolving_again_changes_nothing(door: Door, bench: Bench, clock: SettableClock) -> None:
    open_vote(door)
    vote_all(door)
    clock.advance(hours=72)
    for _ in range(3):
        ResolveRoundIfDue(KEY, 1).run(bench.tools)
    assert len(list_mails(door)) == 2
    with pytest.raises(Refused, match="it passed"):
        door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))


def test_of_many_who_resolve_at_once_one_does(door: Door, bench: Bench, clock: SettableClock) -> None:
    open_vote(door)
    vote_all(door)
    clock.advance(hours=72)

    def resolve(_: int) -> bool:
        try:
            door.perform(SERVICE, ResolveRound(KEY, 1))
        except (Refused, Conflict):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(resolve, range(8))) == 1
    assert bench.queue.list_arguments(JobKind.PUBLISH_RELEASE) == ["demo/main/1.0"]


@pytest.mark.parametrize("argument", ["", "demo/main/1.0", "demo/main/1.0#0", "demo/main/1.0#x", "#1"])
def test_a_job_that_names_no_round_is_refused(argument: str) -> None:
    with pytest.raises(DomainError):
        ResolveRoundIfDue.parse(argument)


def test_a_job_names_its_round_as_a_deadline_does(door: Door, bench: Bench) -> None:
    assert ResolveRoundIfDue.parse("demo/main/1.0#12") == ResolveRoundIfDue(KEY, 12)
    with pytest.raises(NotFound):
        ResolveRoundIfDue(KEY, 12).run(bench.tools)
