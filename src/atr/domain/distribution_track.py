# SPDX-License-Identifier: Apache-2.0
"""The stations a release passes on a channel, the same for every platform, and how it stands at each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_steps import (
    BACKWARDS,
    PUBLIC_STATES,
    Action,
    Route,
    find_action,
    find_route,
    is_by_hand,
)
from atr.domain.promotion_plan import Leg

_S = DistributionState


class Station(StrEnum):
    """A column of the plan; at each of them but `stage` and `publish` bytes are compared."""

    STAGE = "stage"
    COMPARE = "compare"
    CHECK = "check"  # everything that has to hold just before anything becomes public
    PUBLISH = "publish"
    CONFIRM = "confirm"
    TAKE_BACK = "take back"


FORWARDS = (Station.STAGE, Station.COMPARE, Station.CHECK, Station.PUBLISH, Station.CONFIRM)


class Standing(StrEnum):
    """How a release stands at a station; `undone` was done and is taken back, `absent` is not on its way."""

    DONE = "done"
    RUNNING = "running"
    RETRYING = "retrying"
    WAITING = "waiting"
    PERSON = "person"
    FAILED = "failed"
    DIFFERS = "differs"
    AHEAD = "ahead"
    UNDONE = "undone"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Stop:
    """A release at a station: how it stands, since when, and whether a person does it."""

    station: Station
    standing: Standing
    at: datetime | None = None
    by_hand: bool = False


Moments = Mapping[DistributionState, datetime]
"""When this attempt came into each state."""

_REACHED: Mapping[Station, frozenset[DistributionState]] = MappingProxyType(
    {
        Station.STAGE: frozenset({_S.STAGED}),
        Station.COMPARE: frozenset({_S.VERIFIED}),
        Station.CHECK: frozenset({_S.PROMOTING, _S.UPLOADING}),
        Station.PUBLISH: frozenset({_S.PROMOTED, _S.UPLOADED}),
        Station.CONFIRM: frozenset({_S.CONFIRMED}),
        Station.TAKE_BACK: frozenset({_S.WITHDRAWN}),
    }
)
_PASSED: Mapping[DistributionState, int] = MappingProxyType(
    {
        _S.STAGED: 1,
        _S.VERIFIED: 2,
        _S.PROMOTING: 3,
        _S.UPLOADING: 3,
        _S.PROMOTED: 4,
        _S.UPLOADED: 4,
        _S.CONFIRMED: 5,
    }
)
"""How many stations lie behind a release in each state."""
_PLACES: Mapping[Action, Station] = MappingProxyType(
    {
        Action.STAGE: Station.STAGE,
        Action.VERIFY: Station.COMPARE,
        Action.PROMOTE: Station.PUBLISH,
        Action.PUBLISH: Station.PUBLISH,
        Action.CONFIRM: Station.CONFIRM,
        Action.TAKE_BACK: Station.TAKE_BACK,
    }
)


def foresee_stops(channel: Channel) -> tuple[Stop, ...]:
    """Return the stations of a channel that a release has not begun to go to."""
    route = find_route(channel)
    way = _find_way(route, to_testers=route.to_public is not Action.PUBLISH)
    return tuple(
        Stop(
            each, Standing.AHEAD if each in way else Standing.ABSENT, None, _is_by_hand(channel, route, each)
        )
        for each in FORWARDS
    )


def trace_stops(leg: Leg, moments: Moments) -> tuple[Stop, ...]:
    """Return every station of a channel with how the release stands there; taking back where it is meant."""
    one, route = leg.one, leg.route
    is_backwards = one.goal in BACKWARDS or one.state is _S.WITHDRAWN
    stations = (*FORWARDS, Station.TAKE_BACK) if is_backwards else FORWARDS
    here = _find_here(one, route)
    way = _find_way(route, to_testers=_goes_to_testers(one, route))
    found = (Stop(each, _judge(leg, each, here, way), _find_moment(each, moments)) for each in stations)
    return tuple(
        replace(_correct(stop, one, moments), by_hand=_is_by_hand(leg.channel, route, stop.station))
        for stop in found
    )


def _goes_to_testers(one: Distribution, route: Route) -> bool:
    """Tell whether it is brought to testers first, or was."""
    return one.goal is Goal.TEST or route.to_public is not Action.PUBLISH or one.staging


def _find_way(route: Route, *, to_testers: bool) -> frozenset[Station]:
    way = {Station.STAGE, Station.COMPARE} if to_testers and route.to_testers is not None else set()
    return frozenset(way if route.to_public is None else way | set(FORWARDS[2:]))


def _is_by_hand(channel: Channel, route: Route, station: Station) -> bool:
    actions = {
        Station.STAGE: route.to_testers,
        Station.PUBLISH: route.to_public,
        Station.TAKE_BACK: Action.TAKE_BACK,
    }
    action = actions.get(station)
    return action is not None and is_by_hand(channel, action)


def _find_here(one: Distribution, route: Route) -> Station | None:
    """Return the station at which something goes on, has stopped or waits; None when all rests."""
    action = find_action(replace(one, state=one.stood_at, instruction=""), route)
    if action is None:
        return None
    is_before = one.stood_at not in PUBLIC_STATES
    return Station.CHECK if action is route.to_public and is_before else _PLACES[action]


def _judge(leg: Leg, station: Station, here: Station | None, way: frozenset[Station]) -> Standing:
    one = leg.one
    if station is here:
        return _judge_here(leg)
    if station is Station.TAKE_BACK:
        return Standing.DONE
    if station not in way:
        return Standing.ABSENT
    if FORWARDS.index(station) < _PASSED.get(one.stood_at, 0):
        return Standing.DONE
    is_turned = one.goal in BACKWARDS or one.state is _S.WITHDRAWN
    return Standing.ABSENT if is_turned else Standing.AHEAD


def _judge_here(leg: Leg) -> Standing:
    one = leg.one
    conditions = (
        (one.waits_for_person, Standing.PERSON),
        (one.state is _S.FAILED, Standing.FAILED),
        (bool(leg.waits_for), Standing.WAITING),
        (bool(one.problem), Standing.RETRYING),
    )
    return next((standing for holds, standing in conditions if holds), Standing.RUNNING)


def _find_moment(station: Station, moments: Moments) -> datetime | None:
    return max((moments[state] for state in _REACHED[station] if state in moments), default=None)


def _correct(stop: Stop, one: Distribution, moments: Moments) -> Stop:
    """Return the stop as the record has it: what was taken back, what differs, when it stopped."""
    if one.state is _S.WITHDRAWN and stop.station is not Station.TAKE_BACK:
        return replace(stop, standing=Standing.ABSENT if stop.at is None else Standing.UNDONE)
    if stop.station is Station.CONFIRM and stop.standing is Standing.DONE and one.drift:
        return replace(stop, standing=Standing.DIFFERS, at=one.compared_at)
    if stop.standing is Standing.FAILED:
        return replace(stop, at=moments.get(_S.FAILED))
    return stop if stop.standing in {Standing.DONE, Standing.UNDONE} else replace(stop, at=None)
