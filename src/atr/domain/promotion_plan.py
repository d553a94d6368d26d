# SPDX-License-Identifier: Apache-2.0
"""One plan over all channels of a release: what comes when, what can be undone, where no way leads back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_steps import (
    PUBLIC_STATES,
    Action,
    Route,
    find_action,
    find_route,
    is_by_hand,
)
from atr.domain.names import ChannelKey

_S = DistributionState


@dataclass(frozen=True, slots=True)
class Leg:
    """What the plan has for one channel; `waits_for` are the channels that come first."""

    one: Distribution
    channel: Channel
    route: Route
    required: bool
    actions: tuple[Action, ...]
    by_hand: tuple[Action, ...]
    waits_for: tuple[ChannelKey, ...]

    @property
    def can_undo(self) -> bool:
        """Tell whether a way leads back: nothing becomes public there, or it can be taken back."""
        return self.route.to_public is None or self.route.can_undo

    @property
    def has_arrived(self) -> bool:
        """Tell whether the release is where it is to be on this channel."""
        return self.one.state is self.route.rests_at

    @property
    def next_action(self) -> Action | None:
        """Return what can be done now; None when there is nothing, or others come first."""
        return None if self.waits_for else find_action(self.one, self.route)


@dataclass(frozen=True, slots=True)
class PromotionPlan:
    """The legs in their order; all before the point of no return are taken side by side."""

    legs: tuple[Leg, ...]

    @property
    def point_of_no_return(self) -> int | None:
        """Return how many legs come before the first that cannot be undone; None when all can."""
        return next((number for number, leg in enumerate(self.legs) if not leg.can_undo), None)

    def find(self, channel: ChannelKey) -> Leg | None:
        """Return the leg of a channel."""
        return next((leg for leg in self.legs if leg.channel.key == channel), None)


def make_plan(
    distributions: Iterable[Distribution],
    channels: Mapping[ChannelKey, Channel],
    required: Iterable[ChannelKey],
) -> PromotionPlan:
    """Return the plan: tests first, then what can be undone, then what cannot; required ones before others.

    A distribution whose channel is gone has no leg.
    """
    needed = frozenset(required)
    known = [(one, channels[one.channel]) for one in distributions if one.channel in channels]
    ordered = sorted(known, key=lambda pair: (_rank(pair[1]), pair[0].channel not in needed, pair[0].channel))
    return PromotionPlan(
        tuple(
            Leg(
                one=one,
                channel=channel,
                route=find_route(channel),
                required=one.channel in needed,
                actions=list_actions(one, find_route(channel)),
                by_hand=tuple(
                    action for action in list_actions(one, find_route(channel)) if is_by_hand(channel, action)
                ),
                waits_for=_list_earlier(one, channel, ordered),
            )
            for one, channel in ordered
        )
    )


def _rank(channel: Channel) -> int:
    route = find_route(channel)
    if route.to_public is None:
        return 0
    return 1 if route.can_undo else 2


def _list_earlier(
    one: Distribution, channel: Channel, ordered: list[tuple[Distribution, Channel]]
) -> tuple[ChannelKey, ...]:
    """Return the channels that have to arrive before this one goes on."""
    if one.goal is Goal.COMPENSATED:
        position = [other.channel for other, _ in ordered].index(one.channel)
        later = (other for other, _ in ordered[position + 1 :])
        return tuple(other.channel for other in later if _is_going_back(other))
    route = find_route(channel)
    next_action = find_action(one, route)
    goes_public = (
        next_action is not None and next_action is route.to_public and one.state not in PUBLIC_STATES
    )
    if route.can_undo or not goes_public:
        return ()
    return tuple(other.channel for other, its in ordered if _holds_up(other, its))


def _is_going_back(other: Distribution) -> bool:
    """Tell whether compensation is under way there; what failed or needs a person holds up nobody."""
    stuck = other.state in {_S.WITHDRAWN, _S.FAILED} or other.waits_for_person
    return other.goal is Goal.COMPENSATED and not stuck


def _holds_up(other: Distribution, channel: Channel) -> bool:
    """Tell whether an irreversible step has to wait for this channel."""
    route = find_route(channel)
    is_meant = other.goal is Goal.PUBLIC and route.to_public is not None and route.can_undo
    return is_meant and other.state is not _S.CONFIRMED


def list_actions(one: Distribution, route: Route) -> tuple[Action, ...]:
    """Return what is still to be done on this channel to its goal, in order; a failed one is resumed."""
    if one.goal in {Goal.WITHDRAWN, Goal.COMPENSATED}:
        return () if one.state is _S.WITHDRAWN else (Action.TAKE_BACK,)
    steps = [*_list_test_steps(one, route), *_list_public_steps(one, route)]
    return tuple(action for action, reached_at in steps if _lies_ahead(one.stood_at, reached_at))


_ORDER = (
    (_S.WITHDRAWN, _S.PLANNED),
    (_S.STAGING,),
    (_S.STAGED,),
    (_S.VERIFIED,),
    (_S.PROMOTING, _S.UPLOADING),
    (_S.PROMOTED, _S.UPLOADED),
    (_S.CONFIRMED,),
)
_RANKS: Mapping[DistributionState, int] = {state: rank for rank, row in enumerate(_ORDER) for state in row}
_Step = tuple[Action, DistributionState]


def _lies_ahead(state: DistributionState, reached_at: DistributionState) -> bool:
    return _RANKS.get(state, 0) < _RANKS[reached_at]


def _list_test_steps(one: Distribution, route: Route) -> list[_Step]:
    staged_first = one.goal is Goal.TEST or route.to_public is not Action.PUBLISH
    if route.to_testers is None or not staged_first:
        return []
    return [(route.to_testers, _S.STAGED), (Action.VERIFY, _S.VERIFIED)]


def _list_public_steps(one: Distribution, route: Route) -> list[_Step]:
    if one.goal is Goal.TEST or route.to_public is None:
        return []
    return [(route.to_public, _S.PROMOTED), (Action.CONFIRM, _S.CONFIRMED)]


def list_released(plan: PromotionPlan) -> tuple[Distribution, ...]:
    """Return what may have waited for another channel and can go on; what is tried again later is not."""
    held = (leg for leg in plan.legs if not leg.can_undo or leg.one.goal is Goal.COMPENSATED)
    return tuple(leg.one for leg in held if leg.next_action is not None and not leg.one.problem)


def list_compensation(plan: PromotionPlan) -> tuple[ChannelKey, ...]:
    """Return where the plan can be undone, in reverse order: what may be public, and can be taken back."""
    return tuple(
        leg.channel.key
        for leg in reversed(plan.legs)
        if leg.can_undo and leg.route.to_public is not None and leg.one.stood_at in PUBLIC_STATES
    )
