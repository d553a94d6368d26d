# SPDX-License-Identifier: Apache-2.0
"""Distribution channels in the API; their credentials come in and never go out."""

from collections.abc import Mapping

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.channel import ChannelChange
from atr.domain.distribution import Channel
from atr.domain.keep import KEEP
from atr.domain.names import ChannelKey
from atr.domain.platform import ABILITIES
from atr.schema.channels import ChannelAnswer, ChannelCreate, ChannelItem, ChannelPatch
from atr.schema.pages import ItemPage
from atr.services.channel_tests import TestChannel
from atr.services.channel_views import ChannelView, ListChannels, ShowChannel
from atr.services.channels import ChangeChannel, CreateChannel, DeleteChannel
from atr.services.door import Door
from atr.web.api.replies import Asking, Reply, read_expected, reply_once
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/channels", sync_to_thread=True)
def list_channels(actor: TheActor, door: TheDoor) -> ItemPage[ChannelItem]:
    """List the channels that product lines can choose from, by key."""
    return ItemPage[ChannelItem](items=tuple(map(ChannelItem.of, door.ask(actor, ListChannels()))))


@post("/channels", sync_to_thread=True)
def create_channel(
    request: WebRequest, door: TheDoor, data: JSONBody[ChannelCreate]
) -> Response[ChannelAnswer]:
    """Add a channel; sysadmins only."""
    channel = Channel(
        key=ChannelKey(data.key),
        name=data.name,
        platform=data.platform,
        url=data.url,
        is_test=data.is_test,
        automation_endpoint=data.automation_endpoint or None,
        local=data.local,
        promotes=ABILITIES[data.platform].promotes_unasked if data.promotes is None else data.promotes,
    )
    command = CreateChannel(channel, _read_credentials(data))
    return reply_once(Asking(request, door, data), command, _reply_channel)


@get("/channels/{key:str}", sync_to_thread=True)
def show_channel(actor: TheActor, door: TheDoor, key: FromPath[ChannelKey]) -> Response[ChannelAnswer]:
    """Show a channel, who uses it, and what its last test came to."""
    return _send_channel(door.ask(actor, ShowChannel(key)))


@patch("/channels/{key:str}", sync_to_thread=True)
def change_channel(
    request: WebRequest, door: TheDoor, key: FromPath[ChannelKey], data: JSONBody[ChannelPatch]
) -> Response[ChannelAnswer]:
    """Change some fields of a channel; new credentials replace all old ones, null removes them."""
    given = data.model_fields_set
    credentials = _read_credentials(data) if "credentials" in given else KEEP
    expected = _read_expected(request, door, key)
    command = ChangeChannel(key, _read_change(data), credentials, expected)
    return _send_channel(door.perform(request.user, command))


@delete("/channels/{key:str}", sync_to_thread=True)
def delete_channel(request: WebRequest, door: TheDoor, key: FromPath[ChannelKey]) -> None:
    """Remove a channel with its credentials, unless something needs it."""
    door.perform(request.user, DeleteChannel(key, _read_expected(request, door, key)))


@post("/channels/{key:str}/test", sync_to_thread=True, status_code=202)
def test_channel(request: WebRequest, door: TheDoor, key: FromPath[ChannelKey]) -> Response[ChannelAnswer]:
    """Have a worker sign in to the channel; read the channel again for what it comes to."""

    def describe(view: ChannelView) -> Reply[ChannelAnswer]:
        return Reply(describe_channel(view), status=202)

    return reply_once(Asking(request, door), TestChannel(key), describe)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    list_channels,
    create_channel,
    show_channel,
    change_channel,
    delete_channel,
    test_channel,
)


def tag_channel(channel: Channel) -> str:
    """Return the entity tag of what people set of a channel."""
    return make_etag("channel", channel.key, channel.edition)


def describe_channel(view: ChannelView) -> ChannelAnswer:
    """Return the channel as it is told."""
    return ChannelAnswer(
        **ChannelItem.of(view.channel).model_dump(),
        lines=tuple(map(str, view.users.lines)),
        releases=tuple(map(str, view.users.releases)),
        permitted=tuple(sorted(view.permitted)),
    )


def _read_expected(request: WebRequest, door: Door, key: ChannelKey) -> int | None:
    if "if-match" not in request.headers:
        return None
    channel = door.ask(request.user, ShowChannel(key)).channel
    return read_expected(request, tag_channel(channel), channel.edition)


def _read_change(data: ChannelPatch) -> ChannelChange:
    names = data.model_fields_set - {"credentials"}
    given = {name: getattr(data, name) for name in names}
    if "automation_endpoint" in given:
        given["automation_endpoint"] = data.automation_endpoint or None
    return ChannelChange(**given)


def _read_credentials(data: ChannelCreate | ChannelPatch) -> Mapping[str, str] | None:
    given = data.credentials
    return None if given is None else {name: secret.get_secret_value() for name, secret in given.items()}


def _reply_channel(view: ChannelView) -> Reply[ChannelAnswer]:
    return Reply(describe_channel(view), f"/api/v1/channels/{view.channel.key}", tag_channel(view.channel))


def _send_channel(view: ChannelView) -> Response[ChannelAnswer]:
    return Response(describe_channel(view), headers={"etag": tag_channel(view.channel)})
