# SPDX-License-Identifier: Apache-2.0
"""Looking at releases on channels: how far they are, what is planned, and which calls that takes."""

from dataclasses import dataclass, replace

from atr.domain.distribution import Channel, Distribution, Goal
from atr.domain.distribution_steps import EFFECTS, Action
from atr.domain.distribution_track import Stop, foresee_stops, trace_stops
from atr.domain.errors import DomainError, NotFound
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.permissions import Activity
from atr.domain.promotion_guards import choose_names
from atr.domain.promotion_plan import Leg, PromotionPlan, list_actions, list_compensation, make_plan
from atr.domain.release import Release
from atr.ports.platforms import Consignment, Operation, Site
from atr.services.consignments import PackConsignment
from atr.services.distribution_moments import Record, find_moments, read_record
from atr.services.door import Place, Query, Work
from atr.services.products import find_product
from atr.services.releases import find_release


def find_distribution(work: Work, release: ReleaseKey, channel: ChannelKey) -> Distribution:
    """Return the distribution; raise NotFound."""
    one = work.unit.distributions.find(release, channel)
    if one is None:
        raise NotFound("distribution of", f"{release} on {channel}")
    return one


def find_channels(work: Work, release: Release) -> dict[ChannelKey, Channel]:
    """Return where a release may or must go, and where it is."""
    line = find_product(work, release.key.line)
    known = (one.channel for one in work.unit.distributions.list(release.key))
    keys = dict.fromkeys((*line.channels, *release.package_managers, *known))
    found = work.unit.channels.find_many(keys)
    return {key: found[key] for key in keys if key in found}


def gather_plan(work: Work, release: Release) -> PromotionPlan:
    """Return the plan over every channel the release is on its way to."""
    distributions = work.unit.distributions.list(release.key)
    channels = work.unit.channels.find_many(one.channel for one in distributions)
    return make_plan(distributions, channels, release.package_managers)


def draft_distribution(work: Work, release: Release, channel: Channel, goal: Goal) -> Distribution:
    """Return a distribution that begins, with its coordinates; raise Refused or Invalid without any."""
    packed = PackConsignment(release.key, channel.key).answer(work).consignment
    return Distribution(
        release=release.key,
        channel=channel.key,
        owner_namespace=packed.owner_namespace,
        package=packed.package,
        version=packed.version,
        goal=goal,
        channel_edition=channel.edition,
        staging_name=packed.staging_name,
        final_names=packed.final_names,
    )


def fit_consignment(packed: Consignment, one: Distribution) -> Consignment:
    """Return the files under the coordinates that were planned, whatever the line says by now."""
    return replace(
        packed,
        owner_namespace=one.owner_namespace,
        package=one.package,
        version=one.version,
        staging_name=one.staging_name,
        final_names=choose_names(one.final_names, one.version, is_older=not one.becomes_latest),
        becomes_latest=one.becomes_latest,
    )


def find_operation(action: Action, leg: Leg) -> Operation:
    """Return what the registry is asked to do; a test channel without a staging side is published to."""
    if action is Action.STAGE:
        return Operation.STAGE if leg.route.stages else Operation.PUBLISH
    return Operation(action.value)


def name_effects(one: Distribution, operation: Operation | None = None) -> str:
    """Return how the ledger's names of its effects begin; of one operation, or of all."""
    begin = f"distribute {one.release.storage_key} on {one.channel}, attempt {one.generation}, "
    return begin if operation is None else f"{begin}{operation}: "


@dataclass(frozen=True, slots=True)
class DistributionView:
    """A release on a channel; `leg` is its part of the plan, None when the channel is gone."""

    one: Distribution
    leg: Leg | None
    may_run: bool
    stops: tuple[Stop, ...] = ()

    @property
    def is_required(self) -> bool:
        """Tell whether the announcement waits for it."""
        return self.leg is not None and self.leg.required


@dataclass(frozen=True, slots=True)
class ListDistributions(Query[tuple[DistributionView, ...]]):
    """Every channel a release is on its way to, in the order of the plan; those without a channel last."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> tuple[DistributionView, ...]:
        """Return them; raise NotFound."""
        release = find_release(work, self.release)
        plan, may_run = gather_plan(work, release), Activity.RUN_PHASE in work.permitted
        record = read_record(work, self.release) if plan.legs else {}
        planned = tuple(
            DistributionView(leg.one, leg, may_run, trace_stops(leg, find_moments(record, leg.one)))
            for leg in plan.legs
        )
        others = (one for one in work.unit.distributions.list(self.release) if plan.find(one.channel) is None)
        return (*planned, *(DistributionView(one, None, may_run) for one in others))


@dataclass(frozen=True, slots=True)
class ShowDistribution(Query[DistributionView]):
    """A release on one channel."""

    release: ReleaseKey
    channel: ChannelKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> DistributionView:
        """Return it; raise NotFound."""
        find_release(work, self.release)
        views = ListDistributions(self.release).answer(work)
        known = next((view for view in views if view.one.channel == self.channel), None)
        return known or DistributionView(find_distribution(work, self.release, self.channel), None, False)


@dataclass(frozen=True, slots=True)
class PlannedCalls:
    """What an action on a channel would call, line by line; or why that cannot be said."""

    action: Action
    by_hand: bool
    calls: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """A channel's part of the plan with its calls; `is_begun` is false for one that is only foreseen."""

    leg: Leg
    is_begun: bool
    calls: tuple[PlannedCalls, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan over all channels; `problems` are of channels that a release cannot go to."""

    legs: tuple[PlannedLeg, ...]
    point_of_no_return: int | None
    compensation: tuple[ChannelKey, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowPlan(Query[PlanView]):
    """What going public would do on every channel of a release, without doing any of it."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> PlanView:
        """Return the plan with each call it would make; raise NotFound."""
        release = find_release(work, self.release)
        channels = find_channels(work, release)
        begun = {one.channel: one for one in work.unit.distributions.list(self.release)}
        ahead, problems = dict(begun), []
        for key, channel in channels.items():
            try:
                ahead[key] = _foresee(work, release, channel, begun.get(key))
            except DomainError as error:
                problems.append(f"{key}: {error}")
        plan = make_plan(ahead.values(), channels, release.package_managers)
        record = read_record(work, self.release) if begun else {}
        current = gather_plan(work, release)
        legs = (
            PlannedLeg(
                leg,
                leg.channel.key in begun,
                _list_calls(work, leg),
                _trace(current.find(leg.channel.key), leg.channel, record),
            )
            for leg in plan.legs
        )
        compensation = list_compensation(current)
        return PlanView(tuple(legs), plan.point_of_no_return, compensation, tuple(problems))


def _trace(leg: Leg | None, channel: Channel, record: Record) -> tuple[Stop, ...]:
    return foresee_stops(channel) if leg is None else trace_stops(leg, find_moments(record, leg.one))


def _foresee(work: Work, release: Release, channel: Channel, known: Distribution | None) -> Distribution:
    """Return the distribution as if it were to become public, or to be tested where nothing else can be."""
    if known is not None:
        return known if known.goal is not Goal.TEST else replace(known, goal=Goal.PUBLIC)
    return draft_distribution(work, release, channel, Goal.PUBLIC)


def _list_calls(work: Work, leg: Leg) -> tuple[PlannedCalls, ...]:
    actions = (
        action for action in list_actions(leg.one, leg.route) if action in (*EFFECTS, Action.TAKE_BACK)
    )
    return tuple(_plan_calls(work, leg, action) for action in actions)


def _plan_calls(work: Work, leg: Leg, action: Action) -> PlannedCalls:
    by_hand = action in leg.by_hand
    if by_hand:
        return PlannedCalls(action, by_hand, ())
    if leg.channel.automation_endpoint is not None and action is not Action.TAKE_BACK:
        return PlannedCalls(action, by_hand, (f"POST {leg.channel.automation_endpoint}",))
    try:
        return PlannedCalls(action, by_hand, _describe_calls(work, leg, action))
    except DomainError as error:
        return PlannedCalls(action, by_hand, (), str(error))


def _describe_calls(work: Work, leg: Leg, action: Action) -> tuple[str, ...]:
    """Return the calls, as the adapter tells them without credentials and without calling anything."""
    packed = PackConsignment(leg.one.release, leg.channel.key).answer(work).consignment
    consignment, operation = fit_consignment(packed, leg.one), find_operation(action, leg)
    site = Site(leg.channel.url, local=leg.channel.local, promotes=leg.channel.promotes)
    with work.around.registries.connect(leg.channel.platform, site) as registry:
        return tuple(step.call for step in registry.list_steps(operation, consignment))
