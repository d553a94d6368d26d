# SPDX-License-Identifier: Apache-2.0
"""Releases on channels on the wire."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field

from atr.domain.distribution import DistributionState, Goal
from atr.domain.distribution_steps import Action
from atr.domain.distribution_track import Standing, Station, Stop
from atr.schema.names import ChannelKeyText
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

_LONGEST_REASON = 2_000


class DistributionOrder(WireRequest):
    """What is asked of the release's channels: of one, or without a name of all that can be asked."""

    order: str = Field(pattern="^(stage|verify|promote|resume|withdraw|compensate)$")
    channel: ChannelKeyText | None = None
    reason: str = Field(default="", max_length=_LONGEST_REASON)


class WithdrawalOrder(WireRequest):
    """Why the release is taken back."""

    reason: str = Field(default="", max_length=_LONGEST_REASON)


class HandleAnswer(WireAnswer):
    """How the platform itself names what was put there."""

    kind: str
    value: str


class StopAnswer(WireAnswer):
    """A release at a station of its way: how it stands there, since when, and whether a person does it."""

    step: Station
    standing: Standing
    at: UtcTime | None
    by_hand: bool

    @classmethod
    def list_all(cls, stops: Iterable[Stop]) -> tuple[Self, ...]:
        """Return stops as they go over the wire."""
        return tuple(
            cls(step=each.station, standing=each.standing, at=each.at, by_hand=each.by_hand) for each in stops
        )


class DistributionAnswer(WireAnswer):
    """How far a release is on a channel.

    `instruction` is what a person has to do before anything goes on, `problem` what is tried again, `drift`
    how the public bytes differ from the voted ones. `waits_for` are channels that come first. `steps` are
    the same for every platform; of a channel that is gone there are none.
    """

    release: str
    channel: str
    channel_name: str | None
    platform: str | None
    required: bool
    state: DistributionState
    goal: Goal
    attempt: int
    owner_namespace: str | None
    package: str
    version: str
    staging: bool
    promoted: bool
    promoted_at: UtcTime | None
    staging_revision_key: str | None
    handle: HandleAnswer | None
    api_url: str | None
    web_url: str | None
    uploaded_at: UtcTime | None
    failed_step: str | None
    failure_reason: str | None
    final_names: tuple[str, ...]
    becomes_latest: bool
    instruction: str
    told_done: bool
    problem: str
    drift: str
    compared_at: UtcTime | None
    withdrawal_asked_at: UtcTime | None
    withdrawn_at: UtcTime | None
    can_undo: bool | None
    has_arrived: bool
    next_actions: tuple[Action, ...]
    waits_for: tuple[str, ...]
    steps: tuple[StopAnswer, ...]


class DistributionList(WireAnswer):
    """A release on its channels, in the order of the plan."""

    items: tuple[DistributionAnswer, ...]


class PlannedActionAnswer(WireAnswer):
    """An action and every call it makes; `by_hand` when a person does it."""

    action: Action
    by_hand: bool
    calls: tuple[str, ...]
    problem: str


class PlannedChannelAnswer(WireAnswer):
    """A channel's part of the plan; `begun` is false for one that nothing was asked of yet."""

    channel: str
    channel_name: str
    platform: str
    required: bool
    begun: bool
    state: DistributionState
    can_undo: bool
    waits_for: tuple[str, ...]
    actions: tuple[PlannedActionAnswer, ...]
    steps: tuple[StopAnswer, ...]


class PlanAnswer(WireAnswer):
    """The plan in its order: from `point_of_no_return` on nothing can be undone.

    `compensation` are the channels that `compensate` would take the release back from, in that order.
    """

    release: str
    channels: tuple[PlannedChannelAnswer, ...]
    point_of_no_return: str | None
    compensation: tuple[str, ...]
    problems: tuple[str, ...]
