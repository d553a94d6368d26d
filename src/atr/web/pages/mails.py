# SPDX-License-Identifier: Apache-2.0
"""The outbox: what ATR wrote, to whom, and whether it left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Refused
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import ReleaseKey
from atr.domain.people import Actor
from atr.domain.vote_message import StrayMail
from atr.ports.repositories import paging
from atr.ports.repositories.mails import MailFilter
from atr.services.door import Door
from atr.services.mails import ListMails, MayRetryMails, RetryMail, SearchOutbox, ShowMail
from atr.services.stray_mails import ListStrays
from atr.web.addresses import locate_mail, locate_release
from atr.web.components import ActionView, Badge, Fact, Link, Option
from atr.web.flash import Flash, Tone
from atr.web.forms import FormView
from atr.web.pages.administration import find_section, list_administration_tabs
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page

MAILS_PATH = "/mails"
_FIELDS = ("q", "release", "state", "kind")
_AT_ONCE = 50
_STATES = {
    MailState.QUEUED: Badge("Waiting", Tone.INFO),
    MailState.SENT: Badge("Sent", Tone.GOOD),
    MailState.FAILED: Badge("Not sent", Tone.BAD),
}
_FILTERS = (
    Option("", "Every state"),
    *(Option(state, badge.label) for state, badge in _STATES.items()),
)
_KINDS = (Option("", "Every kind"), *(Option(each, each.capitalize()) for each in MailKind))


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail in the list; `at` is when it left, or when it was written."""

    subject: str
    href: str
    kind: str
    to: str
    release: Link
    badge: Badge
    failure: str
    at: datetime
    retry: ActionView | None


@dataclass(frozen=True, slots=True)
class MailsView:
    """Mails that match, newest first; `release` is the one they are about, or empty for all.

    `strays` came in, look like votes, and answer none.
    """

    tabs: tuple[Link, ...]
    form: FormView
    states: tuple[Option, ...]
    kinds: tuple[Option, ...]
    release: str
    rows: tuple[MailRow, ...]
    next_href: str
    is_narrowed: bool
    clear: str
    strays: tuple[StrayMail, ...] = ()


@dataclass(frozen=True, slots=True)
class MailView:
    """One mail; `retry` is for those who run the release."""

    row: MailRow
    facts: tuple[Fact, ...]
    body: str


@dataclass(frozen=True, slots=True)
class MailSearch:
    """What somebody looks for in the outbox, as it stands in the address."""

    values: Mapping[str, str]
    cursor: str = ""

    @property
    def release(self) -> ReleaseKey | None:
        """Return the release that the mails are about; raise Invalid."""
        return ReleaseKey.parse(self.values["release"]) if self.values["release"] else None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the release was asked for."""
        return any(value for name, value in self.values.items() if name != "release")

    def make_filter(self) -> MailFilter:
        """Return what it asks for; what no mail can be is left out."""
        state, kind = self.values["state"], self.values["kind"]
        return MailFilter(
            state=MailState(state) if state in set(MailState) else None,
            kind=MailKind(kind) if kind in set(MailKind) else None,
            text=self.values["q"],
        )

    def locate(self, cursor: str = "") -> str:
        """Return the address of the same search, from the cursor on."""
        given = {name: value for name, value in {**self.values, "cursor": cursor}.items() if value}
        return f"{MAILS_PATH}?{urlencode(given)}" if given else MAILS_PATH


@get(MAILS_PATH, sync_to_thread=True)
def show_mails(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[bytes]:
    """Show the mails about a release, or for those who may the newest of all."""
    query = request.query_params
    search = MailSearch({name: query.get(name, "").strip() for name in _FIELDS}, query.get("cursor", ""))
    key = search.release
    found = _find_all(door, actor, search) if key is None else _find_about(door, actor, key, search)
    may_retry = key is None or door.ask(actor, MayRetryMails(key))
    view = MailsView(
        tabs=() if key else list_administration_tabs(actor, MAILS_PATH),
        form=FormView(search.values),
        states=_FILTERS,
        kinds=_KINDS,
        release=str(key) if key else "",
        rows=tuple(_make_row(each, may_retry=may_retry) for each in found.items),
        next_href=search.locate(found.next) if found.next else "",
        is_narrowed=search.is_narrowed,
        clear=MailSearch({"release": search.values["release"]}).locate(),
        strays=() if key or search.is_narrowed else door.ask(actor, ListStrays()),
    )
    crumbs = (Link(str(key), locate_release(key)),) if key else ()
    section = "/releases" if key else find_section(actor, MAILS_PATH)
    return show_page(request, Page("pages/mails.html", "Mails", view, crumbs, section=section))


@get(f"{MAILS_PATH}/{{message_id:str}}", sync_to_thread=True)
def show_mail(
    request: WebRequest, door: TheDoor, actor: TheActor, message_id: FromPath[str]
) -> Response[bytes]:
    """Show one mail."""
    mail = door.ask(actor, ShowMail(f"<{message_id}>"))
    row = _make_row(mail, may_retry=door.ask(actor, MayRetryMails(mail.release)))
    answered = mail.in_reply_to
    facts = (
        Fact("To", row.to),
        Fact("Kind", row.kind),
        Fact("About", row.release.label, row.release.href),
        Fact("Message id", mail.message_id, mono=True),
        *((Fact("Answers", answered, locate_mail(answered), mono=True),) if answered else ()),
    )
    view = MailView(row, facts, mail.body)
    crumbs = (row.release, Link("Mails", f"{MAILS_PATH}?release={row.release.label}"))
    page = Page("pages/mail.html", mail.subject, view, crumbs, section="/releases", narrow=True)
    return show_page(request, page)


@post(f"{MAILS_PATH}/{{message_id:str}}/retry", sync_to_thread=True)
def retry_mail(request: WebRequest, door: TheDoor, message_id: FromPath[str]) -> Response[None]:
    """Have a mail that did not leave tried again; when it has left meanwhile, say so."""
    mail = door.ask(request.user, ShowMail(f"<{message_id}>"))
    try:
        door.perform(request.user, RetryMail(mail.message_id, mail.release))
        flash = Flash("The mail is tried again: look here again in a moment.")
    except Refused as error:
        flash = Flash(str(error), Tone.INFO)
    return go_to(request, locate_mail(mail.message_id), flash)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_mails, show_mail, retry_mail)


def _find_all(door: Door, actor: Actor, search: MailSearch) -> paging.Page[OutgoingMail]:
    return door.ask(
        actor, SearchOutbox(search.make_filter(), paging.PageRequest(_AT_ONCE, search.cursor or None))
    )


def _find_about(door: Door, actor: Actor, key: ReleaseKey, search: MailSearch) -> paging.Page[OutgoingMail]:
    which = search.make_filter()
    mails = door.ask(actor, ListMails(key, which.state))
    wanted = (each for each in mails if which.kind in {None, each.kind} and _matches(each, which.text))
    return paging.Page(
        tuple(sorted(wanted, key=lambda mail: mail.sent_at or mail.queued_at, reverse=True)), None
    )


def _matches(mail: OutgoingMail, text: str) -> bool:
    words = text.casefold().split()
    content = " ".join((mail.subject, *mail.to)).casefold()
    return all(word in content for word in words)


def _make_row(mail: OutgoingMail, *, may_retry: bool) -> MailRow:
    href = locate_mail(mail.message_id)
    waits = mail.state is MailState.FAILED or (mail.state is MailState.QUEUED and mail.failure)
    retry = ActionView("Try again now", f"{href}/retry", style="small", icon="refresh-cw")
    return MailRow(
        subject=mail.subject,
        href=href,
        kind=mail.kind.capitalize(),
        to=", ".join(mail.to) or (mail.receiver or ""),
        release=Link(str(mail.release), locate_release(mail.release)),
        badge=_STATES[mail.state],
        failure=mail.failure or "",
        at=mail.sent_at or mail.queued_at,
        retry=retry if waits and may_retry else None,
    )
