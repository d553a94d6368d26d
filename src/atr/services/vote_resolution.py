# SPDX-License-Identifier: Apache-2.0
"""Closing a round: by itself when the policy says so, or by the release manager."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from atr.domain.errors import Denied, Refused
from atr.domain.event import EventDetail
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.people import SERVICE, ActorKind
from atr.domain.permissions import Activity, Permission
from atr.domain.vote import ManualResult, Round, RoundState, tally_round
from atr.domain.vote_steps import (
    explain_confirm,
    explain_fail,
    explain_pass,
    explain_record,
    explain_result,
    summarize_tally,
)
from atr.ports.jobs import DeadlineKind
from atr.services.door import Bookkeeping, Command, Done, Place, Work
from atr.services.errand import Errand, Tools
from atr.services.projects import find_project
from atr.services.release_phases import enter_phase
from atr.services.releases import find_release
from atr.services.rounds import (
    Count,
    close_round,
    count_round,
    describe_outcome,
    find_round,
    hold_round,
    make_subject,
    name_round,
    parse_round_name,
    read_reason,
    set_deadline,
)
from atr.services.vote_mails import name_body, report_pause, report_result
from atr.services.vote_opening import Candidate, find_sponsor, open_round


def settle_passed(work: Work, vote: Round, count: Count, remark: str = "") -> Done[Round]:
    """Close the round as passed: the release goes on, or a podling's second round begins."""
    passed = close_round(work, vote, RoundState.PASSED, count, remark)
    details = describe_outcome(passed, count.tally)
    if passed.is_final:
        moved = enter_phase(work, find_release(work, passed.release), Phase.DISTRIBUTE)
        details["phase"] = str(moved.phase)
    else:
        details["opened_round"] = _open_second(work, passed).number
    if not passed.policy.manual_vote:
        report_result(work, passed, count)
    return Done(passed, "vote.passed", make_subject(passed), details)


def _open_second(work: Work, passed: Round) -> Round:
    podling = find_project(work, passed.voting_project)
    candidate = Candidate(passed.release, passed.revision, passed.manifest_digest, passed.number + 1)
    earlier = f"The {name_body(work, passed)} has voted for it. {passed.summary}"
    return open_round(work, candidate, find_sponsor(work, podling), earlier)


def settle_failed(work: Work, vote: Round, count: Count, remark: str = "") -> Done[Round]:
    """Close the round as failed; the release keeps the record in phase failed."""
    failed = close_round(work, vote, RoundState.FAILED, count, remark)
    moved = enter_phase(work, find_release(work, failed.release), Phase.FAILED)
    if not failed.policy.manual_vote:
        report_result(work, failed, count)
    details = describe_outcome(failed, count.tally) | {"phase": str(moved.phase)}
    return Done(failed, "vote.failed", make_subject(failed), details)


@dataclass(frozen=True, slots=True)
class ResolveRound(Command[Round]):
    """Close the round as what the count says, or as failed after its time without passing."""

    release: ReleaseKey
    number: int
    failed: bool = False

    permission: ClassVar[Permission] = Activity.RUN_PHASE
    is_grave: ClassVar[bool] = True

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Close it, or have it wait for the release manager; raise Refused with every unmet condition."""
        vote = hold_round(work, self.release, self.number)
        count = count_round(work, vote)
        tally = count.tally
        reasons = explain_fail(vote, tally, work.now) if self.failed else explain_pass(vote, tally)
        if reasons:
            raise Refused(*reasons)
        if self.failed:
            return settle_failed(work, vote, count)
        if tally.needs_rm:
            return _wait_for_rm(work, vote, count)
        return settle_passed(work, vote, count)


def _wait_for_rm(work: Work, vote: Round, count: Count) -> Done[Round]:
    waiting = replace(vote, state=RoundState.WAITING_FOR_RM)
    work.unit.votes.save_round(waiting, vote.state)
    work.unit.deadlines.clear(DeadlineKind.VOTE, name_round(vote.release, vote.number))
    report_pause(work, replace(waiting, summary=summarize_tally(count.tally)))
    return Done(waiting, "vote.paused", make_subject(vote), describe_outcome(vote, count.tally))


@dataclass(frozen=True, slots=True)
class ConfirmRound(Command[Round]):
    """Decide, as the release manager, whether a vote that passed with a -1 proceeds."""

    release: ReleaseKey
    number: int
    passes: bool
    reason: str

    permission: ClassVar[Permission] = Activity.RUN_PHASE
    is_grave: ClassVar[bool] = True

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Close the round as decided; raise Denied for anything but a person, Refused or Invalid."""
        if work.actor.kind is not ActorKind.PERSON:
            raise Denied("Only a person confirms a vote that waits for its release manager.")
        vote = hold_round(work, self.release, self.number)
        reasons = explain_confirm(vote)
        if reasons:
            raise Refused(*reasons)
        reason = read_reason(self.reason)
        remark = f"The release manager decided: {reason}"
        count = count_round(work, vote)
        if not self.passes:
            return _add_reason(settle_failed(work, vote, count, remark), reason)
        if count.tally.unmet:  # somebody left the PMC since the count was closed
            raise Refused(*count.tally.unmet)
        return _add_reason(settle_passed(work, vote, count, remark), reason)


def _add_reason(done: Done[Round], reason: str) -> Done[Round]:
    return replace(done, details={**done.details, "reason": reason})


@dataclass(frozen=True, slots=True)
class RecordManualResult(Command[Round]):
    """Record the result of a vote that was held elsewhere."""

    release: ReleaseKey
    number: int
    result: ManualResult

    permission: ClassVar[Permission] = Activity.RUN_PHASE
    is_grave: ClassVar[bool] = True

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Close the round as recorded; raise Denied for anything but a person, or Refused."""
        if work.actor.kind is not ActorKind.PERSON:
            raise Denied("Only a person records the result of a vote held elsewhere.")
        vote = hold_round(work, self.release, self.number)
        floor = work.around.foundation.default_policy.min_binding
        reasons = (*explain_record(vote), *explain_result(self.result, floor))
        if reasons:
            raise Refused(*reasons)
        recorded = replace(vote, manual_result=self.result)
        count = Count((), frozenset(), tally_round(recorded, (), work.now))
        settle = settle_passed if self.result.passed else settle_failed
        done = settle(work, recorded, count, self.result.summary.strip())
        facts: dict[str, EventDetail] = {"held_elsewhere": True, "thread_url": self.result.thread_url}
        return replace(done, details={**done.details, **facts})


@dataclass(frozen=True, slots=True)
class IsRoundDue(Bookkeeping[bool]):
    """Find out whether a round is to be closed now by itself; if it may be later, have it looked at again."""

    release: ReleaseKey
    number: int

    def note(self, work: Work) -> bool:
        """Return whether it is; raise NotFound."""
        vote = find_round(work, self.release, self.number)
        if vote.state is not RoundState.OPEN or vote.policy.manual_vote or not vote.policy.auto_resolve:
            return False
        if count_round(work, vote).tally.passes:
            return True
        set_deadline(work, vote)
        return False


@dataclass(frozen=True, slots=True)
class ResolveRoundIfDue(Errand):
    """Close a round by itself, if the policy says so."""

    release: ReleaseKey
    number: int

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION#ROUND`."""
        return cls(*parse_round_name(argument))

    def run(self, tools: Tools) -> None:
        """Resolve the round as ATR itself, or leave it as it is."""
        if tools.door.keep(IsRoundDue(self.release, self.number)):
            tools.door.perform(SERVICE, ResolveRound(self.release, self.number))
