# SPDX-License-Identifier: Apache-2.0
"""A release on all its channels as the page shows it: in the order of the plan, with every step taken."""

from dataclasses import dataclass

from atr.domain.distribution import Channel
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.promotion_plan import list_compensation
from atr.services.distributions import (
    DistributionView,
    ListDistributions,
    find_channels,
    gather_plan,
    name_effects,
)
from atr.services.door import Place, Query, Work
from atr.services.releases import find_release


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """A release on a channel; `steps` are the outside effects that have happened, in words."""

    view: DistributionView
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistributionBoard:
    """Every channel of a release; `ahead` are those it has not begun to go to.

    `point_of_no_return` is how many channels come before the first that lets nothing be undone, None when
    all do; `compensation` are those on which a stopped plan can be undone, in that order.
    """

    channels: tuple[ChannelProgress, ...]
    point_of_no_return: int | None
    ahead: tuple[Channel, ...]
    compensation: tuple[ChannelKey, ...]


@dataclass(frozen=True, slots=True)
class ShowDistributionBoard(Query[DistributionBoard]):
    """How far a release is on all its channels; nothing outside is asked."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> DistributionBoard:
        """Return it; raise NotFound."""
        release = find_release(work, self.release)
        plan = gather_plan(work, release)
        views = ListDistributions(self.release).answer(work)
        begun = {view.one.channel for view in views}
        return DistributionBoard(
            channels=tuple(ChannelProgress(view, _list_steps(work, view)) for view in views),
            point_of_no_return=plan.point_of_no_return,
            ahead=tuple(each for key, each in find_channels(work, release).items() if key not in begun),
            compensation=list_compensation(plan),
        )


def _list_steps(work: Work, view: DistributionView) -> tuple[str, ...]:
    prefix = name_effects(view.one)
    return tuple(name.removeprefix(prefix) for name in work.unit.ledger.list_results(prefix))
