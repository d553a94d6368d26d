# SPDX-License-Identifier: Apache-2.0
"""The outbox: what ATR wrote, to whom, and whether it left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.mail import MailState, OutgoingMail
from atr.domain.names import ReleaseKey
from atr.domain.vote_message import StrayMail
from atr.services.mails import ListMails, ShowMail
from atr.services.stray_mails import ListStrays
from atr.web.addresses import locate_mail, locate_release
from atr.web.components import Badge, Fact, FilterView, Link, Option
from atr.web.flash import Tone
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page

MAILS_PATH = "/mails"
_State = Annotated[str, QueryParameter(name="state", required=False)]
_STATES = {
    MailState.QUEUED: Badge("Waiting", Tone.INFO),
    MailState.SENT: Badge("Sent", Tone.GOOD),
    MailState.FAILED: Badge("Not sent", Tone.BAD),
}
_FILTERS = (
    Option("", "Every state"),
    *(Option(state, badge.label) for state, badge in _STATES.items()),
)


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


@dataclass(frozen=True, slots=True)
class MailsView:
    """Mails that match, newest first; `release` is the one they are about, or empty for all.

    `strays` came in, look like votes, and answer none.
    """

    filter: FilterView
    release: str
    rows: tuple[MailRow, ...]
    is_narrowed: bool
    strays: tuple[StrayMail, ...] = ()


@dataclass(frozen=True, slots=True)
class MailView:
    """One mail."""

    row: MailRow
    facts: tuple[Fact, ...]
    body: str


@get(MAILS_PATH, sync_to_thread=True)
def show_mails(
    request: WebRequest,
    door: TheDoor,
    actor: TheActor,
    release: FromQuery[str] = "",
    q: FromQuery[str] = "",
    wanted: _State = "",
) -> Response[bytes]:
    """Show the mails about a release, or for those who may the newest of all."""
    key = ReleaseKey.parse(release) if release else None
    mails = door.ask(actor, ListMails(key))
    rows = [_make_row(each) for each in mails if wanted in {"", each.state} and _matches(each, q)]
    kept = (("release", release),) if release else ()
    view = MailsView(
        filter=FilterView(MAILS_PATH, q, "Filter mails", "state", "State", wanted, _FILTERS, "#mails", kept),
        release=str(key) if key else "",
        rows=tuple(sorted(rows, key=lambda row: row.at, reverse=True)),
        is_narrowed=bool(q.strip() or wanted),
        strays=() if key or wanted else door.ask(actor, ListStrays()),
    )
    crumbs = (Link(str(key), locate_release(key)),) if key else ()
    return show_page(request, Page("pages/mails.html", "Mails", view, crumbs, section=MAILS_PATH))


@get(f"{MAILS_PATH}/{{message_id:str}}", sync_to_thread=True)
def show_mail(
    request: WebRequest, door: TheDoor, actor: TheActor, message_id: FromPath[str]
) -> Response[bytes]:
    """Show one mail."""
    mail = door.ask(actor, ShowMail(f"<{message_id}>"))
    row = _make_row(mail)
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
    page = Page("pages/mail.html", mail.subject, view, crumbs, section=MAILS_PATH, narrow=True)
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_mails, show_mail)


def _matches(mail: OutgoingMail, text: str) -> bool:
    words = text.casefold().split()
    content = " ".join((mail.subject, str(mail.release), *mail.to)).casefold()
    return all(word in content for word in words)


def _make_row(mail: OutgoingMail) -> MailRow:
    return MailRow(
        subject=mail.subject,
        href=locate_mail(mail.message_id),
        kind=mail.kind,
        to=", ".join(mail.to),
        release=Link(str(mail.release), locate_release(mail.release)),
        badge=_STATES[mail.state],
        failure=mail.failure or "",
        at=mail.sent_at or mail.queued_at,
    )
