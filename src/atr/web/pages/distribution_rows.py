# SPDX-License-Identifier: Apache-2.0
"""Everything about a release on one channel, and what can be asked of it there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from atr.domain.distribution import Channel, Distribution, DistributionState
from atr.domain.distribution_steps import PUBLIC_STATES, Action, Route, find_route
from atr.domain.lifecycle import Phase
from atr.domain.permissions import Activity
from atr.domain.platform import ABILITIES, DESCRIPTORS
from atr.domain.promotion_plan import Leg
from atr.services.distribution_views import ForeseenChannel, Row
from atr.web.components import ActionView, Badge
from atr.web.pages.distribution_table import make_badge, write_coordinates
from atr.web.pages.release_frame import Visit

_S = DistributionState
PUBLIC_PHASES = frozenset({Phase.DISTRIBUTE, Phase.ANNOUNCE, Phase.RELEASED})
STAGING_PHASES = frozenset({Phase.EVALUATE, Phase.TEST, Phase.VOTE})
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
class ChannelCard:
    """A channel on the page; `now` is a sentence about what goes on, `take_back` what withdrawing means.

    `one` is None for a channel that the release has not begun to go to. `is_open` shows at once what has
    to be read.
    """

    key: str
    name: str
    platform: str
    badge: Badge
    marks: tuple[Badge, ...]
    coordinates: str
    names: str
    files: tuple[str, ...]
    web_url: str
    handle: str
    now: str
    one: Distribution | None
    steps: tuple[str, ...]
    actions: tuple[ActionView, ...]
    may_withdraw: bool
    take_back: str
    is_open: bool

    @property
    def id(self) -> str:
        """Return the id of the channel's part of the page."""
        return f"channel-{self.key}"


def show_card(visit: Visit, row: Row) -> ChannelCard:
    """Return everything about a channel."""
    if isinstance(row, ForeseenChannel):
        return _show_ahead(visit, row)
    one, leg = row.view.one, row.view.leg
    return ChannelCard(
        key=one.channel,
        name=leg.channel.name if leg else one.channel,
        platform=DESCRIPTORS[leg.channel.platform].name if leg else "",
        badge=make_badge(one),
        marks=tuple(_list_marks(row.view.is_required, leg.channel if leg else None)),
        coordinates=write_coordinates(one),
        names=", ".join(one.final_names),
        files=(),
        web_url=one.web_url or "",
        handle=f"{one.handle.kind} {one.handle.value}" if one.handle else "",
        now=_say_now(leg) if leg else "The channel was deleted: nothing goes on here.",
        one=one,
        steps=row.steps,
        actions=tuple(_list_actions(visit, one, leg)),
        may_withdraw=_may_withdraw(visit, one) and leg is not None,
        take_back=_say_take_back(leg.channel) if leg else "",
        is_open=one.state is _S.FAILED or bool(one.problem or one.drift),
    )


def _show_ahead(visit: Visit, row: ForeseenChannel) -> ChannelCard:
    channel, one = row.channel, row.one
    return ChannelCard(
        key=channel.key,
        name=channel.name,
        platform=DESCRIPTORS[channel.platform].name,
        badge=Badge("not begun"),
        marks=tuple(_list_marks(row.is_required, channel)),
        coordinates=write_coordinates(one) if row.files else "",
        names=", ".join(one.final_names),
        files=row.files,
        web_url="",
        handle="",
        now=row.problem,
        one=None,
        steps=(),
        actions=() if row.problem else tuple(_list_beginnings(visit, channel.key, find_route(channel))),
        may_withdraw=False,
        take_back="",
        is_open=False,
    )


def _list_marks(required: bool, channel: Channel | None) -> Iterator[Badge]:
    if required:
        yield Badge("required")
    if channel is not None and channel.is_test:
        yield Badge("for tests only")
    if channel is not None and channel.automation_endpoint is not None:
        yield Badge("by automation")


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
    """Return what whoever asks may ask for on the channel; what waits for a person has its own place."""
    if leg is None or Activity.RUN_PHASE not in visit.view.permitted:
        return
    if one.state is _S.FAILED or (one.problem and not one.waits_for_person):
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
