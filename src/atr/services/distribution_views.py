# SPDX-License-Identifier: Apache-2.0
"""A release on all its channels as the page shows it: in the order of the plan, with every step taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from atr.domain.destination import suggest_package
from atr.domain.distribution import Channel, Distribution, Goal
from atr.domain.distribution_track import Stop, foresee_stops
from atr.domain.errors import DomainError
from atr.domain.names import ChannelKey, FilePath, ReleaseKey
from atr.domain.project import ProductLine
from atr.domain.promotion_plan import list_compensation, make_plan
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.services.distributions import (
    DistributionView,
    ListDistributions,
    find_channels,
    gather_plan,
    name_effects,
)
from atr.services.door import Place, Query, Work
from atr.services.file_matching import match_delivery
from atr.services.products import find_product
from atr.services.releases import find_release


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """A release on a channel; `steps` are the outside effects that have happened, in words."""

    view: DistributionView
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeseenChannel:
    """A channel that a release has not begun to go to: with which files, or why it cannot go there."""

    channel: Channel
    is_required: bool
    stops: tuple[Stop, ...]
    one: Distribution
    files: tuple[FilePath, ...] = ()
    problem: str = ""


Row = ChannelProgress | ForeseenChannel


@dataclass(frozen=True, slots=True)
class DistributionBoard:
    """Every channel of a release in the order of the plan, begun or not; those that are gone come last.

    `point_of_no_return` is how many rows come before the first that lets nothing be undone, None when all
    do; `compensation` are the channels on which a stopped plan can be undone, in that order.
    """

    rows: tuple[Row, ...]
    point_of_no_return: int | None
    compensation: tuple[ChannelKey, ...]

    @property
    def begun(self) -> tuple[ChannelProgress, ...]:
        """Return the channels that the release is on its way to, or on."""
        return tuple(row for row in self.rows if isinstance(row, ChannelProgress))


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
        begun = {view.one.channel: view for view in ListDistributions(self.release).answer(work)}
        channels = find_channels(work, release)
        foreseen = _foresee_others(
            work, release, (each for key, each in channels.items() if key not in begun)
        )
        ones = (*(view.one for view in begun.values()), *(each.one for each in foreseen.values()))
        plan = make_plan(ones, channels, release.package_managers)
        planned = tuple(leg.channel.key for leg in plan.legs)
        gone = (key for key in begun if key not in planned)
        return DistributionBoard(
            rows=tuple(foreseen.get(key) or _show(work, begun[key]) for key in (*planned, *gone)),
            point_of_no_return=plan.point_of_no_return,
            compensation=list_compensation(gather_plan(work, release)),
        )


def _show(work: Work, view: DistributionView) -> ChannelProgress:
    prefix = name_effects(view.one)
    steps = (name.removeprefix(prefix) for name in work.unit.ledger.list_results(prefix))
    return ChannelProgress(view, tuple(steps))


def _foresee_others(
    work: Work, release: Release, channels: Iterable[Channel]
) -> dict[ChannelKey, ForeseenChannel]:
    line = find_product(work, release.key.line)
    revision = work.unit.revisions.find(release.key, release.sealed_revision or release.shown_revision)
    return {each.key: _foresee(release, each, line, revision) for each in channels}


def _foresee(
    release: Release, channel: Channel, line: ProductLine, revision: Revision | None
) -> ForeseenChannel:
    """Return where the files as they are now would go; without any, only that they will."""
    key = release.key
    one = Distribution(key, channel.key, None, suggest_package(key.line), key.version, goal=Goal.PUBLIC)
    is_required = channel.key in release.package_managers
    row = ForeseenChannel(channel, is_required, foresee_stops(channel), one)
    if revision is None:
        return row
    try:
        found = match_delivery(line, channel, revision)
    except DomainError as error:
        return replace(row, problem=str(error))
    named = replace(
        one,
        owner_namespace=found.destination.owner_namespace,
        package=found.destination.package,
        version=found.destination.version,
        final_names=found.destination.final_names,
    )
    return replace(row, one=named, files=tuple(entry.path for entry in found.files))
