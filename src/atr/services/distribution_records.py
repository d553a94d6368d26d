# SPDX-License-Identifier: Apache-2.0
"""What a worker records of a release on a channel: each move and each comparison is an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.distribution_steps import check_move
from atr.domain.errors import Conflict
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import CHANNELS_CONFIRMED, Phase
from atr.domain.permissions import Activity, Permission
from atr.domain.promotion_plan import list_released
from atr.ports.jobs import Deadline, DeadlineKind
from atr.services.distribution_mails import report_channels
from atr.services.distribution_start import enqueue_distribution, name_distribution
from atr.services.distributions import find_distribution, gather_plan
from atr.services.door import Bookkeeping, Command, Done, Place, Work
from atr.services.publication_records import begin_announcement
from atr.services.release_phases import gather_situation
from atr.services.releases import find_release

NO_DETAILS: Mapping[str, EventDetail] = MappingProxyType({})
LONGEST_REASON = 2_000
_ARRIVALS = frozenset(
    {
        DistributionState.VERIFIED,
        DistributionState.CONFIRMED,
        DistributionState.WITHDRAWN,
        DistributionState.FAILED,
    }
)


def about_distribution(one: Distribution) -> Subject:
    """Return the subject of its events."""
    return Subject.of_release(one.release, "distribution", f"{one.release} on {one.channel}")


@dataclass(frozen=True, slots=True)
class RecordMove(Command[Distribution]):
    """Bring a distribution from the state the worker saw to the next; nothing is left of earlier problems."""

    seen: Distribution
    moved: Distribution
    details: Mapping[str, EventDetail] = field(default_factory=lambda: NO_DETAILS)

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.seen.release)

    def carry_out(self, work: Work) -> Done[Distribution]:
        """Save it and what follows from it; raise Conflict when it was changed meanwhile."""
        check_move(self.seen.state, self.moved.state)
        clean = replace(self.moved, instruction="", told_done=False, problem="", patience_ends_at=None)
        saved = work.unit.distributions.save(_stamp(clean, work.now))
        if saved.state in _ARRIVALS:
            _follow_arrival(work, saved)
        details: dict[str, EventDetail] = {
            "channel": str(saved.channel),
            "from": str(self.seen.state),
            "attempt": saved.generation,
            **self.details,
        }
        if saved.withdrawn_at is not None and saved.withdrawal_asked_at is not None:
            details["seconds"] = round((saved.withdrawn_at - saved.withdrawal_asked_at).total_seconds())
        return Done(saved, f"distribution.{saved.state}", about_distribution(saved), details)


def _stamp(one: Distribution, now: datetime) -> Distribution:
    """Return it with the moment at which it came into its state, and what that means."""
    match one.state:
        case DistributionState.STAGED:
            return replace(one, staging=True, uploaded_at=now)
        case DistributionState.UPLOADED:
            return replace(one, uploaded_at=now)
        case DistributionState.PROMOTED:
            return replace(one, promoted=True, promoted_at=now)
        case DistributionState.CONFIRMED:
            return replace(one, compared_at=now, drift="")
        case DistributionState.WITHDRAWN:
            return replace(one, staging=False, promoted=False, withdrawn_at=now, drift="")
        case _:
            return one


def _follow_arrival(work: Work, saved: Distribution) -> None:
    """Tell the list of a failure, wake what waited, and go on when nothing waits any more."""
    if saved.state is DistributionState.FAILED:
        report_channels(work, saved.release)
        return
    release = find_release(work, saved.release)
    for other in list_released(gather_plan(work, release)):
        enqueue_distribution(work, other)
    is_ready = release.phase is Phase.DISTRIBUTE and release.published_at is not None
    if is_ready and CHANNELS_CONFIRMED.holds(gather_situation(work, release)):
        begin_announcement(work, release)


def fail_distribution(one: Distribution, step: str, reason: str) -> Distribution:
    """Return it as failed; it can be resumed where it stood."""
    return replace(
        one,
        state=DistributionState.FAILED,
        failed_in=one.stood_at,
        failed_step=step,
        failure_reason=reason[:LONGEST_REASON],
    )


@dataclass(frozen=True, slots=True)
class RecordComparison(Command[Distribution]):
    """Record how many of the voted things were found where they were looked for, and how many not."""

    one: Distribution
    point: str
    compared: int
    differing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.one.release)

    def carry_out(self, work: Work) -> Done[Distribution]:
        """Record it; the distribution itself is not changed."""
        one = find_distribution(work, self.one.release, self.one.channel)
        details: dict[str, EventDetail] = {
            "channel": str(one.channel),
            "point": self.point,
            "compared": self.compared,
            "matching": self.compared - len(self.differing) - len(self.missing),
            "differing": self.differing,
            "missing": self.missing,
        }
        return Done(one, "distribution.compared", about_distribution(one), details)


@dataclass(frozen=True, slots=True)
class RecordWaiting(Command[Distribution]):
    """Have a distribution wait for a person who does what the instruction says."""

    seen: Distribution
    instruction: str
    remark: str = ""

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.seen.release)

    def carry_out(self, work: Work) -> Done[Distribution]:
        """Save it and tell the list, unless it was told already; raise Conflict."""
        waiting = replace(
            self.seen,
            instruction=self.instruction[:LONGEST_REASON],
            told_done=False,
            problem=self.remark[:LONGEST_REASON],
            patience_ends_at=None,
        )
        saved = work.unit.distributions.save(waiting)
        report_channels(work, saved.release)
        details = {"channel": str(saved.channel), "instruction": saved.instruction, "remark": saved.problem}
        return Done(saved, "distribution.waiting", about_distribution(saved), details)


@dataclass(frozen=True, slots=True)
class Postpone(Bookkeeping[bool]):
    """Write down why something is tried again, and when; return False when patience has ended."""

    seen: Distribution
    problem: str
    pause: timedelta
    patience: timedelta

    def note(self, work: Work) -> bool:
        """Set the deadline for the next attempt, unless the last moment for it has passed."""
        known = work.unit.distributions.find(self.seen.release, self.seen.channel)
        if known is None or known.edition != self.seen.edition:
            raise Conflict(f"{name_distribution(self.seen)} was changed meanwhile.")
        ends_at = known.patience_ends_at or work.now + self.patience
        if work.now >= ends_at:
            return False
        noted = replace(known, problem=self.problem[:LONGEST_REASON], patience_ends_at=ends_at)
        work.unit.distributions.save(noted)
        due = Deadline(DeadlineKind.DISTRIBUTION, name_distribution(known), work.now + self.pause)
        work.unit.deadlines.set(due)
        return True
