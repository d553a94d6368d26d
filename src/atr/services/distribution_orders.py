# SPDX-License-Identifier: Apache-2.0
"""What people ask of a release's channels: to stage, to go public, to resume, to look again, to take back."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_steps import BACKWARDS, PUBLIC_STATES, find_route
from atr.domain.errors import NotFound, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.promotion_plan import list_compensation
from atr.domain.release import Release
from atr.ports.jobs import JobKind
from atr.services.distribution_start import (
    enqueue_distribution,
    find_sealed_digest,
    needs_new_attempt,
    start_anew,
)
from atr.services.distributions import (
    DistributionView,
    ListDistributions,
    draft_distribution,
    find_channels,
    gather_plan,
)
from atr.services.door import Command, Done, Place, Work
from atr.services.releases import find_release

Distributions = tuple[Distribution, ...]
_SEALED_PHASES = frozenset(Phase) - {
    Phase.COMPOSE,
    Phase.FAILED,
    Phase.ARCHIVED,
    Phase.REVOKED,
    Phase.ABANDONED,
    Phase.END_OF_LIFE,
}
_PUBLIC_PHASES = frozenset({Phase.DISTRIBUTE, Phase.ANNOUNCE, Phase.RELEASED})
LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class OrderChannels(Command[tuple[DistributionView, ...]]):
    """Ask something of one channel, or of every channel of which it can be asked; return what it reached."""

    release: ReleaseKey
    channel: ChannelKey | None = None

    permission: ClassVar[Permission] = Activity.RUN_PHASE
    order: ClassVar[str]

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[tuple[DistributionView, ...]]:
        """Save what is asked for and have workers do it; raise Refused when there is nothing to ask for."""
        release = find_release(work, self.release)
        ordered = self.give(work, release)
        if not ordered:
            raise Refused(self.explain_nothing(work, release))
        details: dict[str, EventDetail] = {
            "order": self.order,
            "channels": tuple(str(one.channel) for one in ordered),
            **self.describe(),
        }
        reached = {one.channel for one in ordered}
        views = (each for each in ListDistributions(self.release).answer(work) if each.one.channel in reached)
        subject = Subject.of_release(self.release)
        return Done(tuple(views), "distribution.ordered", subject, details)

    @abstractmethod
    def give(self, work: Work, release: Release) -> Distributions:
        """Give the order and return what it reached."""

    def describe(self) -> dict[str, EventDetail]:
        """Return what the event says beside order and channels."""
        return {}

    def explain_nothing(self, work: Work, release: Release) -> str:
        """Return why the order reaches no channel."""
        del work
        place = f"on {self.channel}" if self.channel else "on any channel"
        return f"There is nothing to {self.order} of {release.key} {place}."

    def list_known(self, work: Work) -> Distributions:
        """Return the distributions that are meant; raise NotFound when the one named is not there."""
        known = work.unit.distributions.list(self.release)
        if self.channel is None:
            return known
        named = tuple(one for one in known if one.channel == self.channel)
        if not named:
            raise NotFound("distribution of", f"{self.release} on {self.channel}")
        return named

    def list_channels(self, work: Work, release: Release) -> tuple[Channel, ...]:
        """Return the channels that are meant; raise NotFound for one that the line does not use."""
        channels = find_channels(work, release)
        if self.channel is None:
            return tuple(channels.values())
        if self.channel not in channels:
            raise NotFound("channel of this product line called", self.channel)
        return (channels[self.channel],)


@dataclass(frozen=True, slots=True)
class StageRelease(OrderChannels):
    """Bring the sealed files to where testers get them, anew where other files are staged."""

    order: ClassVar[str] = "stage"

    def give(self, work: Work, release: Release) -> Distributions:
        """Stage; raise Refused before the files are sealed."""
        if release.phase not in _SEALED_PHASES:
            raise Refused(f"A release in phase {release.phase} is not staged: seal its files first.")
        channels = self.list_channels(work, release)
        able = [each for each in channels if find_route(each).to_testers is not None]
        staged = (_stage_on(work, release, channel, named=self.channel is not None) for channel in able)
        return tuple(one for one in staged if one is not None)

    def explain_nothing(self, work: Work, release: Release) -> str:
        """Return why the order reaches no channel."""
        names = [each.name for each in self.list_channels(work, release)]
        if not names:
            return f"The product line of {release.key} has no channels."
        return f"Nothing is left to stage of {release.key} on {', '.join(names)}."


def _stage_on(work: Work, release: Release, channel: Channel, *, named: bool) -> Distribution | None:
    """Return the distribution on its way, None when it is there already."""
    known = work.unit.distributions.find(release.key, channel.key)
    if known is not None and known.stood_at in PUBLIC_STATES:
        if named:
            raise Refused(f"{release.key} is {known.state} on {channel.name} already.")
        return None
    goal = Goal.PUBLIC if known is not None and known.goal is Goal.PUBLIC else Goal.TEST
    if known is None or needs_new_attempt(known, find_sealed_digest(work, release)):
        going = start_anew(draft_distribution(work, release, channel, goal), known)
    elif known.state is DistributionState.VERIFIED:
        return None
    else:
        going = resume(replace(known, goal=goal), channel)
    return _save(work, going)


@dataclass(frozen=True, slots=True)
class PromoteRelease(OrderChannels):
    """Make the voted files public: by promoting what is staged, or by publishing."""

    order: ClassVar[str] = "promote"
    is_grave: ClassVar[bool] = True

    def give(self, work: Work, release: Release) -> Distributions:
        """Go public; raise Refused before its vote has passed."""
        if release.phase not in _PUBLIC_PHASES:
            raise Refused(
                f"A release in phase {release.phase} does not become public: its vote has to pass first."
            )
        channels = self.list_channels(work, release)
        able = [each for each in channels if find_route(each).to_public is not None]
        going = (_promote_on(work, release, channel) for channel in able)
        return tuple(one for one in going if one is not None)


def _promote_on(work: Work, release: Release, channel: Channel) -> Distribution | None:
    known = work.unit.distributions.find(release.key, channel.key)
    if known is not None and known.state is DistributionState.CONFIRMED:
        return None
    if known is None or known.state is DistributionState.WITHDRAWN:
        return _save(work, start_anew(draft_distribution(work, release, channel, Goal.PUBLIC), known))
    return _save(work, resume(replace(known, goal=Goal.PUBLIC), channel))


@dataclass(frozen=True, slots=True)
class ResumeRelease(OrderChannels):
    """Go on where it failed, and try at once what would be tried again later."""

    order: ClassVar[str] = "resume"

    def give(self, work: Work, release: Release) -> Distributions:
        """Resume what failed or has a problem."""
        del release
        channels = work.unit.channels.find_many(one.channel for one in self.list_known(work))
        stuck = (one for one in self.list_known(work) if _is_stuck(one) and one.channel in channels)
        return tuple(_save(work, resume(one, channels[one.channel])) for one in stuck)


def _is_stuck(one: Distribution) -> bool:
    return one.state is DistributionState.FAILED or bool(one.problem) or bool(one.instruction)


def resume(one: Distribution, channel: Channel) -> Distribution:
    """Return it where it stood, with new patience, on the channel as it is now."""
    return replace(
        one,
        state=one.stood_at,
        failed_in=None,
        failed_step=None,
        failure_reason=None,
        channel_edition=channel.edition,
        instruction="",
        told_done=False,
        problem="",
        patience_ends_at=None,
    )


@dataclass(frozen=True, slots=True)
class VerifyRelease(OrderChannels):
    """Say that what was to be done by hand is done, or have what is there compared again."""

    order: ClassVar[str] = "verify"

    def give(self, work: Work, release: Release) -> Distributions:
        """Have workers compare, and go on where they find the voted bytes."""
        del release
        return tuple(filter(None, (_verify_one(work, one) for one in self.list_known(work))))


def _verify_one(work: Work, one: Distribution) -> Distribution | None:
    if one.waits_for_person:
        return _save(work, replace(one, told_done=True))
    if one.state is DistributionState.CONFIRMED:
        enqueue_distribution(work, one, JobKind.CHECK_DRIFT)
        return one
    if one.state is DistributionState.FAILED or one.goal in BACKWARDS:
        return None
    enqueue_distribution(work, one)
    return one


@dataclass(frozen=True, slots=True)
class WithdrawDistributions(OrderChannels):
    """Take a release back from one channel or from all at once, as fast as they let it."""

    reason: str = ""

    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN
    order: ClassVar[str] = "withdraw"

    def give(self, work: Work, release: Release) -> Distributions:
        """Withdraw what is not withdrawn."""
        del release
        known = (one for one in self.list_known(work) if one.state is not DistributionState.WITHDRAWN)
        return _take_back(work, known, Goal.WITHDRAWN)

    def describe(self) -> dict[str, EventDetail]:
        """Return the reason that was given."""
        return {"reason": self.reason[:LONGEST_REASON]} if self.reason else {}


@dataclass(frozen=True, slots=True)
class CompensateRelease(OrderChannels):
    """Undo what a stopped plan has made public, in reverse order; what cannot be undone stays."""

    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN
    order: ClassVar[str] = "compensate"

    def give(self, work: Work, release: Release) -> Distributions:
        """Take back what can be taken back."""
        wanted = list_compensation(gather_plan(work, release))
        known = {one.channel: one for one in self.list_known(work)}
        return _take_back(work, (known[key] for key in wanted if key in known), Goal.COMPENSATED)


def _take_back(work: Work, distributions: Iterable[Distribution], goal: Goal) -> Distributions:
    taken = (
        replace(
            one,
            state=one.stood_at,
            failed_in=None,
            failed_step=None,
            failure_reason=None,
            goal=goal,
            instruction="",
            told_done=False,
            problem="",
            patience_ends_at=None,
            withdrawal_asked_at=work.now,
        )
        for one in distributions
    )
    return tuple(_save(work, one) for one in taken)


def _save(work: Work, one: Distribution) -> Distribution:
    saved = work.unit.distributions.save(one)
    enqueue_distribution(work, saved)
    return saved
