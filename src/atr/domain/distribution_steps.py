# SPDX-License-Identifier: Apache-2.0
"""The state machine of a distribution as a table, and what may be done next (distribution.md, section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.errors import Refused
from atr.domain.platform import ABILITIES, DESCRIPTORS

_S = DistributionState
_ANYWHERE = frozenset({_S.WITHDRAWN, _S.FAILED})


class Action(StrEnum):
    """What a worker does to bring a distribution one state further."""

    STAGE = "stage"
    VERIFY = "verify"
    PROMOTE = "promote"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    TAKE_BACK = "take back"


MOVES: Mapping[DistributionState, frozenset[DistributionState]] = MappingProxyType(
    {
        _S.PLANNED: _ANYWHERE | {_S.STAGING, _S.UPLOADING},
        _S.STAGING: _ANYWHERE | {_S.STAGED, _S.PLANNED},
        _S.STAGED: _ANYWHERE | {_S.VERIFIED, _S.PLANNED},
        _S.VERIFIED: _ANYWHERE | {_S.PROMOTING, _S.UPLOADING, _S.PLANNED},
        _S.PROMOTING: _ANYWHERE | {_S.PROMOTED},
        _S.PROMOTED: _ANYWHERE | {_S.CONFIRMED},
        _S.UPLOADING: _ANYWHERE | {_S.UPLOADED},
        _S.UPLOADED: _ANYWHERE | {_S.CONFIRMED},
        _S.CONFIRMED: _ANYWHERE,
        _S.WITHDRAWN: frozenset({_S.PLANNED}),
        _S.FAILED: frozenset(_S) - {_S.FAILED},
    }
)
"""From each state to which; what is staged may begin anew, and a failed one goes back to where it failed."""

EFFECTS: Mapping[Action, tuple[DistributionState, DistributionState]] = MappingProxyType(
    {
        Action.STAGE: (_S.STAGING, _S.STAGED),
        Action.PROMOTE: (_S.PROMOTING, _S.PROMOTED),
        Action.PUBLISH: (_S.UPLOADING, _S.UPLOADED),
    }
)
"""Which state says that an action has begun, and which that it is done."""

PUBLIC_STATES = frozenset({_S.PROMOTING, _S.PROMOTED, _S.UPLOADING, _S.UPLOADED, _S.CONFIRMED})
"""Where something may stand under the final name."""


BACKWARDS = frozenset({Goal.WITHDRAWN, Goal.COMPENSATED})


def check_move(source: DistributionState, target: DistributionState) -> None:
    """Raise Refused unless the table has the move."""
    if target not in MOVES[source]:
        raise Refused(f"A distribution that is {source} does not become {target}.")


@dataclass(frozen=True, slots=True)
class Route:
    """Which way a release takes on a channel; None where there is nothing of the kind."""

    to_testers: Action | None
    to_public: Action | None
    can_undo: bool
    stages: bool

    @property
    def rests_at(self) -> DistributionState:
        """Return the state in which a release has arrived."""
        return _S.CONFIRMED if self.to_public is not None else _S.VERIFIED


def find_route(channel: Channel) -> Route:
    """Return the way on this channel; what is only for tests ends with its testers."""
    abilities = ABILITIES[channel.platform]
    stages = abilities.stages
    to_testers = Action.STAGE if stages or channel.is_test else None
    if channel.is_test:
        return Route(to_testers, None, abilities.can_undo, stages)
    promotes = stages and DESCRIPTORS[channel.platform].supports_promotion
    return Route(to_testers, Action.PROMOTE if promotes else Action.PUBLISH, abilities.can_undo, stages)


def find_action(one: Distribution, route: Route) -> Action | None:
    """Return what comes next on the way to the goal; None when it is reached, failed, or waits."""
    if one.waits_for_person or one.state in {_S.FAILED, _S.WITHDRAWN}:
        return None
    if one.goal in BACKWARDS:
        return Action.TAKE_BACK
    match one.state:
        case _S.PLANNED:
            return _begin(one, route)
        case _S.VERIFIED:
            return route.to_public if one.goal is Goal.PUBLIC else None
        case _:
            return _CONTINUATIONS.get(one.state)


def _begin(one: Distribution, route: Route) -> Action | None:
    is_staged_first = route.to_testers is not None and route.to_public is not Action.PUBLISH
    if one.goal is Goal.TEST or is_staged_first:
        return route.to_testers
    return route.to_public


_CONTINUATIONS: Mapping[DistributionState, Action] = MappingProxyType(
    {
        _S.STAGING: Action.STAGE,
        _S.STAGED: Action.VERIFY,
        _S.PROMOTING: Action.PROMOTE,
        _S.UPLOADING: Action.PUBLISH,
        _S.PROMOTED: Action.CONFIRM,
        _S.UPLOADED: Action.CONFIRM,
    }
)


def is_by_hand(channel: Channel, action: Action) -> bool:
    """Tell whether a person takes the action: ATR has no credentials, or is told not to go public."""
    if channel.automation_endpoint is not None and action is not Action.TAKE_BACK:
        return False
    abilities = ABILITIES[channel.platform]
    lacks_credentials = bool(abilities.secret_fields) and not channel.has_credentials
    goes_public = action in {Action.PROMOTE, Action.PUBLISH}
    return lacks_credentials or (goes_public and not channel.promotes)


def write_instruction(one: Distribution, channel: Channel, action: Action) -> str:
    """Return what a person has to do, and how to say that it is done."""
    name = f"{one.owner_namespace}/{one.package}" if one.owner_namespace else one.package
    deeds = {
        Action.STAGE: f"Bring the voted files of {name} {one.version} to {channel.name}, for testers only.",
        Action.PROMOTE: f"Make {name} {one.version}, as it is staged on {channel.name}, public there.",
        Action.PUBLISH: f"Publish the voted files as {name} {one.version} on {channel.name}.",
        Action.TAKE_BACK: f"Take {name} {one.version} back on {channel.name}: "
        f"{ABILITIES[channel.platform].take_back}.",
    }
    return f"{deeds[action]} Then say: atr distribute verify {one.release} {one.channel}"
