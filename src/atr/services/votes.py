# SPDX-License-Identifier: Apache-2.0
"""Beginning a vote, giving it more time, and cancelling it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from atr.domain.errors import Invalid, Refused
from atr.domain.event import EventDetail
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.policy import LONGEST_HOURS
from atr.domain.release import Release
from atr.domain.vote import Round, RoundState
from atr.domain.vote_steps import explain_cancel, explain_deadline, explain_extend
from atr.services.door import Command, Done, Place, Work
from atr.services.projects import find_project
from atr.services.release_phases import enter_phase
from atr.services.releases import find_release
from atr.services.rounds import (
    close_round,
    count_round,
    hold_round,
    make_subject,
    read_reason,
    schedule_reminder,
    set_deadline,
)
from atr.services.vote_mails import report_cancellation, report_extension
from atr.services.vote_opening import Candidate, find_electorate, find_sponsor, lengthen_vote, open_round


@dataclass(frozen=True, slots=True)
class StartVote(Command[Round]):
    """Open the first round on the sealed revision; `hours` may only lengthen the policy's time."""

    release: ReleaseKey
    hours: int | None = None

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Enter phase vote and open the round; raise Refused with all reasons, or Invalid."""
        entered = enter_phase(work, find_release(work, self.release), Phase.VOTE)
        project = find_project(work, self.release.project)
        electorate = lengthen_vote(find_electorate(work, project, self.release.line), self.hours)
        if project.is_podling:
            find_sponsor(work, project)
        vote = open_round(work, find_candidate(work, entered), electorate)
        details: dict[str, EventDetail] = {
            "round": vote.number,
            "kind": str(vote.kind),
            "manifest_digest": str(vote.manifest_digest),
            "policy_version": vote.policy_version,
            "roster_hash": str(vote.roster_hash),
            "deadline_at": vote.deadline_at.isoformat() if vote.deadline_at else None,
            "phase": str(entered.phase),
        }
        return Done(vote, "vote.opened", make_subject(vote), details)


def find_candidate(work: Work, release: Release) -> Candidate:
    """Return what the next round would be on; raise NotFound without a revision."""
    revision = work.unit.revisions.find_summary(release.key, release.shown_revision)
    assert revision is not None  # a release in phase vote has a sealed revision
    number = len(work.unit.votes.list_rounds(release.key)) + 1
    return Candidate(release.key, revision.number, revision.manifest_digest, number)


@dataclass(frozen=True, slots=True)
class ExtendRound(Command[Round]):
    """Give a round more time: until a moment, or some hours after its deadline (after now once overdue)."""

    release: ReleaseKey
    number: int
    hours: int | None = None
    until: datetime | None = None

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Move the deadline and tell the thread; a round that waited for the RM takes ballots again."""
        vote = hold_round(work, self.release, self.number)
        reasons = explain_extend(vote)
        if reasons:
            raise Refused(*reasons)
        until = self._find_moment(vote, work.now)
        problems = explain_deadline(vote, until, work.now)
        if problems:
            raise Invalid.field("until" if self.until else "hours", " ".join(problems))
        extended = replace(vote, deadline_at=until, state=RoundState.OPEN)
        work.unit.votes.save_round(extended, vote.state)
        set_deadline(work, extended)
        schedule_reminder(work, extended)
        report_extension(work, extended)
        details: dict[str, EventDetail] = {"round": vote.number, "deadline_at": until.isoformat()}
        return Done(extended, "vote.extended", make_subject(vote), details)

    def _find_moment(self, vote: Round, now: datetime) -> datetime:
        if (self.hours is None) == (self.until is None):
            raise Invalid.field("hours", "Say either for how many hours, or until when.")
        if self.until is not None:
            return self.until.astimezone(UTC)
        hours = self.hours or 0
        if not 1 <= hours <= LONGEST_HOURS:
            raise Invalid.field("hours", f"Choose 1 to {LONGEST_HOURS} hours.")
        return max(vote.deadline_at or now, now) + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class CancelRound(Command[Round]):
    """End a round without a result; the release goes back to compose."""

    release: ReleaseKey
    number: int
    reason: str

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Close the round, move the release and tell the thread; raise Refused or Invalid."""
        vote = hold_round(work, self.release, self.number)
        reasons = explain_cancel(vote)
        if reasons:
            raise Refused(*reasons)
        reason = read_reason(self.reason)
        cancelled = close_round(
            work, vote, RoundState.CANCELLED, count_round(work, vote), f"Reason: {reason}"
        )
        moved = enter_phase(work, find_release(work, self.release), Phase.COMPOSE)
        if not vote.policy.manual_vote:
            report_cancellation(work, cancelled)
        details: dict[str, EventDetail] = {
            "round": vote.number,
            "reason": reason,
            "phase": str(moved.phase),
        }
        return Done(cancelled, "vote.cancelled", make_subject(vote), details)
