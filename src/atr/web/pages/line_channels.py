# SPDX-License-Identifier: Apache-2.0
"""How a product line uses channels: which it chose, under which names its releases get there."""

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.destination import NAMING, Naming, suggest_package
from atr.domain.distribution import Channel
from atr.domain.errors import NotFound
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey
from atr.domain.permissions import Activity
from atr.domain.platform import DESCRIPTORS
from atr.domain.project import ProductChange, ProductLine
from atr.services.channel_views import ListChannels
from atr.services.door import Door
from atr.services.products import EditProduct
from atr.services.project_facts import ProductView
from atr.services.project_views import ShowProduct
from atr.web.addresses import locate_channel, locate_line, locate_project
from atr.web.components import ActionView, Badge, Fact, Link
from atr.web.fields import PageForm, SeveralWords
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.editing import require_permission
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page


class UseForm(PageForm):
    """How a line is to use a channel; `edition` is that of the line that was shown."""

    edition: int
    required: bool = False
    owner_namespace: str | None = None
    package: str | None = None
    files: Annotated[tuple[str, ...], SeveralWords] = ()
    staging_name: str | None = None
    final_names: Annotated[tuple[str, ...], SeveralWords] = ()

    def read(self, channel: ChannelKey) -> ChannelUse:
        """Return it as the line keeps it."""
        return ChannelUse(channel, **self.model_dump(exclude={"edition"}))


class LeaveForm(PageForm):
    """That a line no longer uses a channel."""

    edition: int


@dataclass(frozen=True, slots=True)
class UseRow:
    """A channel that the line uses."""

    name: str
    href: str
    badges: tuple[Badge, ...]
    facts: tuple[Fact, ...]
    edit_href: str


@dataclass(frozen=True, slots=True)
class LineChannelsPage:
    """The channels of a line, and the others there are for those who may choose them."""

    line: str
    uses: tuple[UseRow, ...]
    others: tuple[Link, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class UseFormView:
    """The form of one use; `use` is None for a channel that the line does not use yet."""

    channel: Channel
    platform: str
    use: ChannelUse | None
    edition: int
    package: str
    default_owner: str
    asks_owner: bool
    naming: Naming
    action: str
    back: str
    leave: ActionView | None
    form: FormView


@get("/projects/{project:str}/{product:str}/channels", sync_to_thread=True)
def show_line_channels(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[bytes]:
    """Show where releases of the line go."""
    found = door.ask(request.user, ShowProduct(ProductRef(project, product)))
    channels = door.ask(request.user, ListChannels())
    line, may_edit = found.product, Activity.PRODUCT_ADMIN in found.permitted
    known = {channel.key: channel for channel in channels}
    here = _locate(line.ref)
    view = LineChannelsPage(
        line=line.name,
        uses=tuple(_make_row(line, use, known[use.channel], may_edit=may_edit) for use in line.uses),
        others=tuple(
            Link(channel.name, f"{here}/{channel.key}")
            for channel in channels
            if may_edit and channel.key not in line.channels
        ),
        may_edit=may_edit,
    )
    page = Page("pages/line_channels.html", "Channels", view, _list_crumbs(found), "/projects")
    return show_page(request, page)


@get("/projects/{project:str}/{product:str}/channels/{channel:str}", sync_to_thread=True)
def show_use(
    request: WebRequest,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    channel: FromPath[ChannelKey],
) -> Response[bytes]:
    """Show the form with which a line says how it uses a channel."""
    return _show_form(request, door, ProductRef(project, product), channel)


@post("/projects/{project:str}/{product:str}/channels/{channel:str}", sync_to_thread=True)
def save_use(
    request: WebRequest,
    data: FormData,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    channel: FromPath[ChannelKey],
) -> Response[bytes] | Response[None]:
    """Use a channel, or use it otherwise than before."""
    ref = ProductRef(project, product)

    def save(form: UseForm) -> None:
        old = door.ask(request.user, ShowProduct(ref)).product.uses
        new = form.read(channel)
        uses = tuple(new if use.channel == channel else use for use in old)
        choice = ChannelChoice(uses=uses if new in uses else (*uses, new))
        door.perform(request.user, EditProduct(ref, ProductChange(), None, form.edition, choice))

    outcome = submit_form(UseForm, data, save)
    if isinstance(outcome, Rejected):
        return _show_form(request, door, ref, channel, outcome.form, outcome.status)
    return go_to(request, _locate(ref), Flash(f"How releases get to {channel} was saved."))


@post("/projects/{project:str}/{product:str}/channels/{channel:str}/leave", sync_to_thread=True)
def leave_channel(
    request: WebRequest,
    data: FormData,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    channel: FromPath[ChannelKey],
) -> Response[bytes] | Response[None]:
    """Use a channel no longer."""
    ref = ProductRef(project, product)

    def leave(form: LeaveForm) -> None:
        old = door.ask(request.user, ShowProduct(ref)).product.channels
        choice = ChannelChoice(channels=tuple(key for key in old if key != channel))
        door.perform(request.user, EditProduct(ref, ProductChange(), None, form.edition, choice))

    outcome = submit_form(LeaveForm, data, leave)
    if isinstance(outcome, Rejected):
        return _show_form(request, door, ref, channel, outcome.form, outcome.status)
    return go_to(request, _locate(ref), Flash(f"Releases no longer go to {channel}.", Tone.INFO))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_line_channels, show_use, save_use, leave_channel)


def _locate(ref: ProductRef) -> str:
    return f"{locate_line(ref)}/channels"


def _list_crumbs(found: ProductView) -> tuple[Link, ...]:
    ref = found.product.ref
    return (
        Link("Projects", "/projects"),
        Link(found.project.name, locate_project(ref.project)),
        Link(found.product.name, locate_line(ref)),
    )


def _make_row(line: ProductLine, use: ChannelUse, channel: Channel, *, may_edit: bool) -> UseRow:
    owner = use.owner_namespace or DESCRIPTORS[channel.platform].default_owner_namespace
    naming = NAMING[channel.platform]
    facts = (
        Fact("Platform", DESCRIPTORS[channel.platform].name),
        Fact("Owner", owner or "", mono=True),
        Fact("Package", use.package or suggest_package(line.ref), mono=True),
        Fact("Files", " ".join(use.files) or "what the platform takes", mono=bool(use.files)),
        Fact("Testers get", use.staging_name or naming.staging, mono=True),
        Fact("Everybody gets", " ".join(use.final_names or naming.final), mono=True),
    )
    badges = (
        *((Badge("Required", Tone.INFO),) if use.required else ()),
        *((Badge("For tests"),) if channel.is_test else ()),
    )
    return UseRow(
        name=channel.name,
        href=locate_channel(channel.key),
        badges=badges,
        facts=tuple(fact for fact in facts if fact.value),
        edit_href=f"{_locate(line.ref)}/{channel.key}" if may_edit else "",
    )


def _show_form(
    request: WebRequest,
    door: Door,
    ref: ProductRef,
    key: ChannelKey,
    form: FormView = EMPTY_FORM,
    status: int = 200,
) -> Response[bytes]:
    found = door.ask(request.user, ShowProduct(ref))
    require_permission(request.user, found.permitted, Activity.PRODUCT_ADMIN)
    channel = next((each for each in door.ask(request.user, ListChannels()) if each.key == key), None)
    if channel is None:
        raise NotFound("channel", key)
    view = _make_form(found.product, channel, form)
    crumbs = (*_list_crumbs(found), Link("Channels", view.back))
    page = Page("pages/line_channel_form.html", channel.name, view, crumbs, "/projects", narrow=True)
    return show_page(request, page, status)


def _make_form(line: ProductLine, channel: Channel, form: FormView) -> UseFormView:
    use = next((each for each in line.uses if each.channel == channel.key), None)
    descriptor, here = DESCRIPTORS[channel.platform], _locate(line.ref)
    action = f"{here}/{channel.key}"
    edition = str(line.edition)
    leave = ActionView("Use it no longer", f"{action}/leave", (), "danger", "x", "edition", edition)
    return UseFormView(
        channel=channel,
        platform=descriptor.name,
        use=use,
        edition=line.edition,
        package=suggest_package(line.ref),
        default_owner=descriptor.default_owner_namespace or "",
        asks_owner=descriptor.requires_owner_namespace or descriptor.default_owner_namespace is not None,
        naming=NAMING[channel.platform],
        action=action,
        back=here,
        leave=leave if use else None,
        form=form,
    )
