# SPDX-License-Identifier: Apache-2.0
"""The channels and platforms that releases can go to."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.distribution import Channel
from atr.domain.names import ChannelKey
from atr.domain.permissions import Activity
from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformKey
from atr.services.channel_views import ChannelView, ListChannels, ShowChannel
from atr.services.foundation_views import ShowFoundation
from atr.web.addresses import locate_channel, locate_line, locate_release
from atr.web.components import ActionView, Badge, Fact, Link
from atr.web.flash import Tone
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page

CHANNELS = Link("Channels", "/channels")
NEW_PATH = "/channels/new"


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel in the list."""

    channel: Channel
    href: str
    platform: str
    goes_public: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class ChannelsPage:
    """The list; `new_href` is empty for those who may add none."""

    rows: tuple[ChannelRow, ...]
    new_href: str


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """A platform with what it can do, in words."""

    name: str
    key: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """Everything the page of a channel shows; those who may not change it see no actions."""

    name: str
    badges: tuple[Badge, ...]
    facts: tuple[Fact, ...]
    test: Badge | None
    test_result: str
    test_at: datetime | None
    lines: tuple[Link, ...]
    releases: tuple[Link, ...]
    edit_href: str
    actions: tuple[ActionView, ...]
    live: bool


@get("/channels", sync_to_thread=True)
def list_channels(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[bytes]:
    """Show every channel."""
    permitted = door.ask(actor, ShowFoundation()).permitted
    new_href = NEW_PATH if Activity.CHANNEL_ADMIN in permitted else ""
    view = ChannelsPage(tuple(map(_make_row, door.ask(actor, ListChannels()))), new_href)
    return show_page(request, Page("pages/channels.html", "Channels", view, section="/channels"))


@get("/platforms", sync_to_thread=True)
def list_platforms(request: WebRequest) -> Response[bytes]:
    """Show what each platform can do."""
    view = tuple(map(_make_platform, DESCRIPTORS))
    page = Page("pages/platforms.html", "Platforms", view, (CHANNELS,), "/channels")
    return show_page(request, page)


@get("/channels/{key:str}", sync_to_thread=True)
def show_channel(
    request: WebRequest, door: TheDoor, actor: TheActor, key: FromPath[ChannelKey]
) -> Response[bytes]:
    """Show a channel and who uses it."""
    found = door.ask(actor, ShowChannel(key))
    view = _make_page(found)
    page = Page("pages/channel.html", found.channel.name, view, (CHANNELS,), "/channels")
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_channels, list_platforms, show_channel)


def _make_row(channel: Channel) -> ChannelRow:
    name = DESCRIPTORS[channel.platform].name
    going = _say_going(channel)
    return ChannelRow(channel, locate_channel(channel.key), name, going, _list_badges(channel))


def _say_going(channel: Channel) -> str:
    return "when the vote has passed" if channel.promotes else "when a person does it"


def _list_badges(channel: Channel) -> tuple[Badge, ...]:
    test = _describe_test(channel)
    asks = bool(ABILITIES[channel.platform].secret_fields)
    possible = (
        Badge("For tests", Tone.INFO) if channel.is_test else None,
        Badge("Private address", Tone.WARN) if channel.local else None,
        Badge("No credentials", Tone.WARN) if asks and not channel.has_credentials else None,
        test,
    )
    return tuple(badge for badge in possible if badge is not None)


def _describe_test(channel: Channel) -> Badge | None:
    test = channel.test
    if test is None:
        return None
    if test.tested_at is None:
        return Badge("Being tested", Tone.INFO)
    return Badge("Lets us in", Tone.GOOD) if test.passed else Badge("Keeps us out", Tone.BAD)


def _make_page(found: ChannelView) -> ChannelPage:
    channel, here = found.channel, locate_channel(found.channel.key)
    may_change = Activity.CHANNEL_ADMIN in found.permitted
    test = channel.test
    return ChannelPage(
        name=channel.name,
        badges=_list_badges(channel),
        facts=_list_facts(channel),
        test=_describe_test(channel),
        test_result=test.result if test else "",
        test_at=(test.tested_at or test.asked_at) if test else None,
        lines=tuple(Link(str(line), locate_line(line)) for line in found.users.lines),
        releases=tuple(Link(str(each), locate_release(each)) for each in found.users.releases),
        edit_href=f"{here}/edit" if may_change else "",
        actions=_list_actions(found, here) if may_change else (),
        live=test is not None and test.tested_at is None,
    )


def _list_actions(found: ChannelView, here: str) -> tuple[ActionView, ...]:
    return (
        ActionView("Test it", f"{here}/test", icon="play", style=""),
        ActionView("Remove it", f"{here}/delete", found.reasons, "danger", "trash-2"),
    )


def _list_facts(channel: Channel) -> tuple[Fact, ...]:
    return (
        Fact("Key", channel.key, mono=True),
        Fact("Platform", DESCRIPTORS[channel.platform].name, "/platforms"),
        Fact("Address", channel.url, mono=True),
        Fact("Credentials", _say_credentials(channel)),
        Fact("Goes public", _say_going(channel)),
        *(
            (Fact("Automation", channel.automation_endpoint, mono=True),)
            if channel.automation_endpoint
            else ()
        ),
    )


def _say_credentials(channel: Channel) -> str:
    if not ABILITIES[channel.platform].secret_fields:
        return "not needed"
    return "stored, encrypted; never shown" if channel.has_credentials else "none"


def _make_platform(key: PlatformKey) -> PlatformRow:
    descriptor, abilities = DESCRIPTORS[key], ABILITIES[key]
    default = descriptor.default_owner_namespace
    owner = (
        "required" if descriptor.requires_owner_namespace else f"{default} unless said" if default else "none"
    )
    staging = "yes" if abilities.stages else "elsewhere" if descriptor.template_staging_url else "no"
    return PlatformRow(
        descriptor.name,
        key,
        (
            Fact("Testers first", staging),
            Fact("Promotion", (descriptor.promotion_mechanism or "none").replace("-", " ")),
            Fact("Promotes by itself", "yes" if abilities.promotes_unasked else "no"),
            Fact("Taking back", abilities.take_back),
            Fact("Takes", " ".join(abilities.takes) or "every file"),
            Fact("Owner namespace", owner),
            Fact("Credentials", ", ".join(abilities.secret_fields) or "none"),
            Fact("Public address", descriptor.template_url, mono=True),
            Fact("Staging address", descriptor.template_staging_url or "none", mono=True),
        ),
    )
