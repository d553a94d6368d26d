# SPDX-License-Identifier: Apache-2.0
"""A release on a channel as its page shows it: how far, what waits for whom, and what can be asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from atr.domain.distribution import Channel, Distribution, DistributionState
from atr.domain.distribution_steps import PUBLIC_STATES, Action, Route, find_route
from atr.domain.lifecycle import Phase
from atr.domain.permissions import Activity
from atr.domain.platform import ABILITIES, DESCRIPTORS
from atr.domain.promotion_plan import Leg, list_actions
from atr.services.distribution_views import ChannelProgress
from atr.web.components import ActionView, Badge, Step, StepState
from atr.web.flash import Tone
from atr.web.pages.release_frame import Visit

_S = DistributionState
PUBLIC_PHASES = frozenset({Phase.DISTRIBUTE, Phase.ANNOUNCE, Phase.RELEASED})
STAGING_PHASES = frozenset({Phase.EVALUATE, Phase.TEST, Phase.VOTE})
_TONES: Mapping[DistributionState, Tone] = MappingProxyType(
    {
        _S.PLANNED: Tone.NEUTRAL,
        _S.VERIFIED: Tone.GOOD,
        _S.CONFIRMED: Tone.GOOD,
        _S.WITHDRAWN: Tone.NEUTRAL,
        _S.FAILED: Tone.BAD,
    }
)
_DONE: Mapping[Action, str] = MappingProxyType(
    {
        Action.STAGE: "Staged",
        Action.VERIFY: "Compared",
        Action.PROMOTE: "Promoted",
        Action.PUBLISH: "Published",
        Action.CONFIRM: "Confirmed",
        Action.TAKE_BACK: "Taken back",
    }
)
_DOING: Mapping[Action, str] = MappingProxyType(
    {
        Action.STAGE: "ATR brings the sealed files to where testers get them.",
        Action.VERIFY: "ATR compares what testers get with the sealed files.",
        Action.PROMOTE: "ATR makes what is staged public; nothing is uploaded again.",
        Action.PUBLISH: "ATR publishes the voted files.",
        Action.CONFIRM: "ATR fetches from the public address and compares with the voted files.",
        Action.TAKE_BACK: "ATR takes it back.",
    }
)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel on the page; `now` is a sentence about what goes on, `take_back` what withdrawing means."""

    key: str
    name: str
    platform: str
    badge: Badge
    marks: tuple[Badge, ...]
    coordinates: str
    web_url: str
    handle: str
    track: tuple[Step, ...]
    now: str
    one: Distribution | None
    steps: tuple[str, ...]
    actions: tuple[ActionView, ...]
    may_withdraw: bool
    take_back: str
    is_last_chance: bool = False

    @property
    def id(self) -> str:
        """Return the id of the channel's part of the page."""
        return f"channel-{self.key}"


def show_channel(visit: Visit, progress: ChannelProgress, *, is_last_chance: bool) -> ChannelRow:
    """Return a channel that the release is on its way to, or on."""
    one, leg = progress.view.one, progress.view.leg
    return ChannelRow(
        key=one.channel,
        name=leg.channel.name if leg else one.channel,
        platform=DESCRIPTORS[leg.channel.platform].name if leg else "",
        badge=_make_badge(one),
        marks=tuple(_list_marks(progress.view.is_required, leg.channel if leg else None)),
        coordinates=_write_coordinates(one),
        web_url=one.web_url or "",
        handle=f"{one.handle.kind} {one.handle.value}" if one.handle else "",
        track=_make_track(one, leg.route) if leg else (),
        now=_say_now(leg) if leg else "The channel was deleted: nothing goes on here.",
        one=one,
        steps=progress.steps,
        actions=tuple(_list_actions(visit, one, leg)),
        may_withdraw=_may_withdraw(visit, one) and leg is not None,
        take_back=_say_take_back(leg.channel) if leg else "",
        is_last_chance=is_last_chance,
    )


def show_ahead(visit: Visit, channel: Channel, *, required: bool) -> ChannelRow:
    """Return a channel that the release may go to and has not begun to."""
    route = find_route(channel)
    return ChannelRow(
        key=channel.key,
        name=channel.name,
        platform=DESCRIPTORS[channel.platform].name,
        badge=Badge("not begun"),
        marks=tuple(_list_marks(required, channel)),
        coordinates="",
        web_url="",
        handle="",
        track=(),
        now="",
        one=None,
        steps=(),
        actions=tuple(_list_beginnings(visit, channel.key, route)),
        may_withdraw=False,
        take_back="",
    )


def _make_badge(one: Distribution) -> Badge:
    if one.waits_for_person:
        return Badge("waits for a person", Tone.WARN, "user")
    if one.drift:
        return Badge("differs from the vote", Tone.BAD, "octagon-alert")
    return Badge(one.state, _TONES.get(one.state, Tone.INFO))


def _list_marks(required: bool, channel: Channel | None) -> Iterator[Badge]:
    if required:
        yield Badge("required")
    if channel is not None and channel.is_test:
        yield Badge("for tests only")
    if channel is not None and channel.automation_endpoint is not None:
        yield Badge("by automation")


def _write_coordinates(one: Distribution) -> str:
    name = f"{one.owner_namespace}/{one.package}" if one.owner_namespace else one.package
    return f"{name} {one.version}"


def _make_track(one: Distribution, route: Route) -> tuple[Step, ...]:
    """Return every step to the goal with how it stands."""
    whole = list_actions(replace(one, state=_S.PLANNED, failed_in=None), route)
    ahead = list_actions(one, route)
    reached = len(whole) - len(ahead)
    failed = StepState.FAILED if one.state is _S.FAILED else StepState.CURRENT
    states = [*[StepState.DONE] * reached, failed, *[StepState.AHEAD] * len(ahead)]
    return tuple(Step(_DONE[action], state) for action, state in zip(whole, states, strict=False))


def _say_now(leg: Leg) -> str:
    """Return what goes on; nothing where something else on the page says it."""
    one = leg.one
    if one.waits_for_person or one.state is _S.FAILED:
        return ""
    if leg.waits_for:
        return f"It waits for {', '.join(leg.waits_for)}: what can be undone comes first."
    action = leg.next_action
    return _DOING[action] if action is not None else ""


def _say_take_back(channel: Channel) -> str:
    if ABILITIES[channel.platform].can_undo:
        return f"What ATR does: {ABILITIES[channel.platform].take_back}."
    return f"{channel.name} lets nothing be undone that is public: {ABILITIES[channel.platform].take_back}."


def _list_actions(visit: Visit, one: Distribution, leg: Leg | None) -> Iterator[ActionView]:
    """Return what whoever asks may ask for on the channel."""
    if leg is None or Activity.RUN_PHASE not in visit.view.permitted:
        return
    if one.waits_for_person:
        yield ask_order(visit, "verify", "It is done, verify", "shield-check", one.channel)
    if one.state is _S.FAILED or one.problem:
        yield ask_order(visit, "resume", "Resume", "refresh-cw", one.channel)
    if one.state is _S.CONFIRMED:
        yield replace(ask_order(visit, "verify", "Compare again", "shield-check", one.channel), style="small")
    if _is_restable(one):
        yield from _list_beginnings(visit, one.channel, leg.route)


def _is_restable(one: Distribution) -> bool:
    """Tell whether it can be brought further, or back, only when somebody says so."""
    return one.state is _S.WITHDRAWN or (one.state is _S.VERIFIED and not one.waits_for_person)


def _list_beginnings(visit: Visit, channel: str, route: Route) -> Iterator[ActionView]:
    phase = visit.view.release.phase
    if Activity.RUN_PHASE not in visit.view.permitted:
        return
    if phase in STAGING_PHASES and route.to_testers is not None:
        yield replace(ask_order(visit, "stage", "Bring it to testers", "truck", channel), style="small")
    if phase in PUBLIC_PHASES and route.to_public is not None:
        yield ask_order(visit, "promote", "Make it public", "megaphone", channel)


def ask_order(visit: Visit, order: str, label: str, icon: str, channel: str = "") -> ActionView:
    """Return the button that gives an order, to one channel or to all."""
    return ActionView(
        label, visit.paths.order(order), icon=icon, name="channel" if channel else "", value=channel
    )


def _may_withdraw(visit: Visit, one: Distribution) -> bool:
    begun = one.staging or one.state is not _S.PLANNED or one.stood_at in PUBLIC_STATES
    return Activity.RELEASE_ADMIN in visit.view.permitted and one.state is not _S.WITHDRAWN and begun
