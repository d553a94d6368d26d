# SPDX-License-Identifier: Apache-2.0
"""Setting up a channel, changing, testing and removing it; what was typed as a secret is never sent back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.channel import ChannelChange
from atr.domain.distribution import Channel
from atr.domain.errors import Invalid
from atr.domain.keep import KEEP, Keep
from atr.domain.names import ChannelKey
from atr.domain.permissions import Activity
from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformKey, parse_platform
from atr.schema.names import ChannelKeyText
from atr.services.channel_tests import TestChannel
from atr.services.channel_views import ShowChannel
from atr.services.channels import ChangeChannel, CreateChannel, DeleteChannel
from atr.services.door import Door
from atr.services.foundation_views import ShowFoundation
from atr.web.addresses import locate_channel
from atr.web.components import Link, Option
from atr.web.fields import PageForm
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.channels import CHANNELS, NEW_PATH
from atr.web.pages.editing import require_permission
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page

SECRETS = ("token", "username", "password")
_LABELS = {"token": "Token", "username": "User name", "password": "Password"}


class ChannelForm(PageForm):
    """A channel as a sysadmin wants it; empty secrets leave those that are stored."""

    name: str
    url: str
    is_test: bool = False
    local: bool = False
    promotes: bool = False
    automation_endpoint: str = ""
    token: str = ""
    username: str = ""
    password: str = ""

    def read_secrets(self) -> Mapping[str, str] | None:
        """Return the secrets that were typed, None if there were none."""
        return {name: getattr(self, name) for name in SECRETS if getattr(self, name)} or None


class NewChannelForm(ChannelForm):
    """A new channel."""

    key: ChannelKeyText
    platform: PlatformKey


class EditChannelForm(ChannelForm):
    """A channel that is there; `edition` is the one that was shown."""

    edition: int
    forget: bool = False

    def read_change(self) -> ChannelChange:
        """Return what is to become of its fields."""
        return ChannelChange(
            name=self.name,
            url=self.url,
            is_test=self.is_test,
            automation_endpoint=self.automation_endpoint or None,
            local=self.local,
            promotes=self.promotes,
        )

    def read_credentials(self) -> Mapping[str, str] | Keep | None:
        """Return the new secrets; KEEP to leave the stored ones, None to forget them."""
        return None if self.forget else self.read_secrets() or KEEP


@dataclass(frozen=True, slots=True)
class ChannelFormView:
    """The form of a channel on a platform, of a new one if there is no `channel`."""

    platform: PlatformKey
    platform_name: str
    channel: Channel | None
    secrets: tuple[Option, ...]
    promotes: bool
    action: str
    back: str
    form: FormView


@get(NEW_PATH, sync_to_thread=True)
def show_new_channel(request: WebRequest, door: TheDoor, platform: FromQuery[str] = "") -> Response[bytes]:
    """Show the platforms to choose from, then the form of a channel there."""
    if platform:
        return _show_new(request, door, parse_platform(platform))
    _require_admin(request, door)
    options = tuple(
        Option(f"{NEW_PATH}?platform={key}", descriptor.name, " ".join(ABILITIES[key].takes) or "every file")
        for key, descriptor in DESCRIPTORS.items()
    )
    page = Page("pages/channel_new.html", "Add a channel", options, (CHANNELS,), "/channels", narrow=True)
    return show_page(request, page)


@post(NEW_PATH, sync_to_thread=True)
def create_channel(request: WebRequest, data: FormData, door: TheDoor) -> Response[bytes] | Response[None]:
    """Add a channel."""

    def create(form: NewChannelForm) -> Channel:
        channel = Channel(
            key=ChannelKey(form.key),
            name=form.name,
            platform=form.platform,
            url=form.url,
            is_test=form.is_test,
            automation_endpoint=form.automation_endpoint or None,
            local=form.local,
            promotes=form.promotes,
        )
        with _at_fields():
            return door.perform(request.user, CreateChannel(channel, form.read_secrets())).channel

    platform = parse_platform(str(data.get("platform", "")))
    outcome = submit_form(NewChannelForm, data, create)
    if isinstance(outcome, Rejected):
        return _show_new(request, door, platform, _hide(outcome.form), outcome.status)
    made = outcome.result
    return go_to(request, locate_channel(made.key), Flash(f"The channel {made.name} was added: test it now."))


@get("/channels/{key:str}/edit", sync_to_thread=True)
def show_channel_edit(request: WebRequest, door: TheDoor, key: FromPath[ChannelKey]) -> Response[bytes]:
    """Show the form with which a channel is changed."""
    return _show_edit(request, door, key)


@post("/channels/{key:str}/edit", sync_to_thread=True)
def edit_channel(
    request: WebRequest, data: FormData, door: TheDoor, key: FromPath[ChannelKey]
) -> Response[bytes] | Response[None]:
    """Change a channel, unless somebody else did meanwhile."""

    def edit(form: EditChannelForm) -> Channel:
        command = ChangeChannel(key, form.read_change(), form.read_credentials(), form.edition)
        with _at_fields():
            return door.perform(request.user, command).channel

    outcome = submit_form(EditChannelForm, data, edit)
    if isinstance(outcome, Rejected):
        return _show_edit(request, door, key, _hide(outcome.form), outcome.status)
    return go_to(request, locate_channel(key), Flash(f"{outcome.result.name} was changed."))


@post("/channels/{key:str}/test", sync_to_thread=True)
def test_channel(request: WebRequest, door: TheDoor, key: FromPath[ChannelKey]) -> Response[None]:
    """Have a worker sign in to the channel."""
    door.perform(request.user, TestChannel(key))
    return go_to(
        request, locate_channel(key), Flash("A worker tries it now; this page says what came of it.")
    )


@post("/channels/{key:str}/delete", sync_to_thread=True)
def delete_channel(request: WebRequest, door: TheDoor, key: FromPath[ChannelKey]) -> Response[None]:
    """Remove a channel that nothing uses."""
    door.perform(request.user, DeleteChannel(key))
    return go_to(request, "/channels", Flash(f"The channel {key} was removed.", Tone.INFO))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_new_channel,
    create_channel,
    show_channel_edit,
    edit_channel,
    test_channel,
    delete_channel,
)


@contextmanager
def _at_fields() -> Iterator[None]:
    """Have complaints about credentials stand beside the fields in which they were typed."""
    try:
        yield
    except Invalid as error:
        problems = (replace(each, field=each.field.removeprefix("credentials.")) for each in error.problems)
        raise Invalid(*problems) from None


def _hide(form: FormView) -> FormView:
    """Return the form without the secrets that were typed."""
    return replace(form, values={name: value for name, value in form.values.items() if name not in SECRETS})


def _require_admin(request: WebRequest, door: Door) -> None:
    permitted = door.ask(request.user, ShowFoundation()).permitted
    require_permission(request.user, permitted, Activity.CHANNEL_ADMIN)


def _show_new(
    request: WebRequest, door: Door, platform: PlatformKey, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    _require_admin(request, door)
    promotes = ABILITIES[platform].promotes_unasked
    view = _make_view(platform, None, promotes, NEW_PATH, NEW_PATH, form)
    crumbs = (CHANNELS, Link("Add a channel", NEW_PATH))
    page = Page(
        "pages/channel_form.html",
        f"A channel on {view.platform_name}",
        view,
        crumbs,
        "/channels",
        narrow=True,
    )
    return show_page(request, page, status)


def _show_edit(
    request: WebRequest, door: Door, key: ChannelKey, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowChannel(key))
    require_permission(request.user, found.permitted, Activity.CHANNEL_ADMIN)
    channel, here = found.channel, locate_channel(key)
    view = _make_view(channel.platform, channel, channel.promotes, f"{here}/edit", here, form)
    crumbs = (CHANNELS, Link(channel.name, here))
    page = Page("pages/channel_form.html", "Edit the channel", view, crumbs, "/channels", narrow=True)
    return show_page(request, page, status)


def _make_view(
    platform: PlatformKey, channel: Channel | None, promotes: bool, action: str, back: str, form: FormView
) -> ChannelFormView:
    secrets = tuple(Option(name, _LABELS[name]) for name in ABILITIES[platform].secret_fields)
    name = DESCRIPTORS[platform].name
    return ChannelFormView(platform, name, channel, secrets, promotes, action, back, form)
