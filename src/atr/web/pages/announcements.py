# SPDX-License-Identifier: Apache-2.0
"""The announcement of a release: read, changed, approved; it leaves once the downloads are right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from litestar import Response, Router, get, post
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.permissions import Activity
from atr.services.announcement_views import AnnouncementView, ShowAnnouncement
from atr.services.announcements import Announce, EditAnnouncement
from atr.web.api.release_key import TheRelease
from atr.web.components import Badge, PersonView
from atr.web.fields import PageForm, SeveralWords
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import go_to

_BADGES = {
    AnnouncementState.DRAFT: Badge("Draft"),
    AnnouncementState.APPROVED: Badge("Approved", Tone.INFO),
    AnnouncementState.SENT: Badge("Sent", Tone.GOOD),
}
Words = Annotated[tuple[str, ...], SeveralWords]


@dataclass(frozen=True, slots=True)
class AnnouncementPage:
    """Everything the page shows; the reasons say why the asker cannot change or approve it now."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    announcement: Announcement
    to: str
    badge: Badge
    approved_by: PersonView | None
    is_waiting: bool
    edit_reasons: tuple[str, ...]
    announce_reasons: tuple[str, ...]
    may_run: bool
    queued_at: datetime | None
    mail_failure: str


class AnnouncementForm(PageForm):
    """The announcement as it stands in the fields; `edition` is the one that was read."""

    edition: int = Field(ge=0)
    subject: str = ""
    body: str = ""
    to: Words = ()
    action: Literal["save", "announce"] = "save"


@get("/announcement", sync_to_thread=True)
def show_announcement(visit: TheVisit) -> Response[bytes]:
    """Show the announcement, or the draft as it would be now."""
    return _show(visit)


@post("/announcement", sync_to_thread=True)
def change_announcement(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Keep what was written; approve it too, when that button was pressed."""

    def act(form: AnnouncementForm) -> bool:
        return _save(_Asking(request, parts, release), form)

    outcome = submit_form(AnnouncementForm, data, act)
    if isinstance(outcome, Rejected):
        return _show(open_visit(request, parts, release), outcome.form, outcome.status)
    approved = "Approved. It is sent as soon as the public downloads are found to be the voted bytes."
    kept = "The announcement was kept. It is not sent before you approve it."
    return go_to(request, ReleasePaths(release).announcement, Flash(approved if outcome.result else kept))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_announcement, change_announcement],
        dependencies=VISIT_DEPENDENCIES,
    ),
)


@dataclass(frozen=True, slots=True)
class _Asking:
    request: WebRequest
    parts: WebParts
    release: ReleaseKey


def _save(asking: _Asking, form: AnnouncementForm) -> bool:
    """Keep the text, or approve it as it was kept; return whether it was approved."""
    door, actor, release = asking.parts.door, asking.request.user, asking.release
    known = door.ask(actor, ShowAnnouncement(release))
    to, body = tuple(map(MailAddress, form.to)), _read_body(form.body)
    edition, is_final = form.edition, form.action == "announce"
    if not is_final or not known.is_kept or (form.subject, body, to) != _describe(known):
        command = EditAnnouncement(release, form.subject, body, to, edition)
        edition = door.perform(actor, command).edition
    if is_final:
        door.perform(actor, Announce(release, edition))
    return is_final


def _describe(known: AnnouncementView) -> tuple[str, str, tuple[MailAddress, ...]]:
    announcement = known.announcement
    return announcement.subject, announcement.body.strip() + "\n", announcement.to


def _read_body(text: str) -> str:
    """Return the text with the line ends of mails; browsers send those of forms."""
    return text.replace("\r\n", "\n").strip() + "\n"


def _show(visit: Visit, form: FormView = EMPTY_FORM, status: int = 200) -> Response[bytes]:
    shown = visit.parts.door.ask(visit.request.user, ShowAnnouncement(visit.key))
    announcement, mail = shown.announcement, shown.mail
    approver = announcement.approved_by
    view = AnnouncementPage(
        head=make_head(visit, visit.paths.announcement),
        paths=visit.paths,
        form=form,
        announcement=announcement,
        to=", ".join(announcement.to),
        badge=_BADGES[announcement.state],
        approved_by=visit.name_person(approver) if approver is not None else None,
        is_waiting=announcement.state is AnnouncementState.APPROVED,
        edit_reasons=shown.edit_reasons,
        announce_reasons=shown.announce_reasons,
        may_run=Activity.RUN_PHASE in visit.view.permitted,
        queued_at=mail.queued_at if mail is not None else None,
        mail_failure=(mail.failure or "") if mail is not None else "",
    )
    return show_release_page(visit, "announcement.html", view, "Announcement", status)
