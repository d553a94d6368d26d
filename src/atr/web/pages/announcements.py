# SPDX-License-Identifier: Apache-2.0
"""The announcement of a release: read, changed, approved; it leaves once the downloads are right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from litestar import Response, Router, get, post
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.permissions import Activity
from atr.services.announcement_previews import AnnouncementPreview, PreviewAnnouncement
from atr.services.announcement_views import AnnouncementView, ShowAnnouncement
from atr.services.announcements import Announce, EditAnnouncement, ReopenAnnouncement
from atr.web.addresses import locate_mail
from atr.web.api.release_key import TheRelease
from atr.web.components import Badge, PersonView, Step, StepState
from atr.web.fields import PageForm, SeveralWords
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, list_typed, submit_form
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    list_complaints,
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
_WAY = ("Write", "Approve", "Compare the downloads", "Send")
_SENDING = 3
_LOOKS = frozenset({"preview", "anew"})
Words = Annotated[tuple[str, ...], SeveralWords]


@dataclass(frozen=True, slots=True)
class AnnouncementPage:
    """Everything the page shows; the reasons say why the asker cannot change or approve it now."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    announcement: Announcement
    to: str
    preview: AnnouncementPreview
    way: tuple[Step, ...]
    may_edit: bool
    mail_href: str
    badge: Badge
    approved_by: PersonView | None
    is_waiting: bool
    may_reopen: bool
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
    action: Literal["save", "announce", "preview", "anew"] = "save"


class ReopenForm(PageForm):
    """Which edition was read when its approval was taken back."""

    edition: int = Field(ge=0)


@get("/announcement", sync_to_thread=True)
def show_announcement(visit: TheVisit) -> Response[bytes]:
    """Show the announcement, or the draft as it would be now."""
    return _show(visit)


@post("/announcement", sync_to_thread=True)
def change_announcement(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Keep what was written; approve it too when that button was pressed, or only show how it looks."""

    def act(form: AnnouncementForm) -> bool:
        return _save(_Asking(request, parts, release), form)

    if data.get("action") in _LOOKS:
        return _show(open_visit(request, parts, release), _look(request, parts, release, data))
    outcome = submit_form(AnnouncementForm, data, act)
    if isinstance(outcome, Rejected):
        # Whoever was told that somebody was faster has read it, and may send the same once more.
        typed = {name: value for name, value in outcome.form.values.items() if name != "edition"}
        shown = replace(outcome.form, values=typed)
        return _show(open_visit(request, parts, release), shown, outcome.status)
    approved = "Approved. It is sent as soon as the public downloads are found to be the voted bytes."
    kept = "The announcement was kept. It is not sent before you approve it."
    return go_to(request, ReleasePaths(release).announcement, Flash(approved if outcome.result else kept))


@post("/announcement/reopen", sync_to_thread=True)
def reopen_announcement(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Take the approval back."""

    def act(form: ReopenForm) -> Announcement:
        return parts.door.perform(request.user, ReopenAnnouncement(release, form.edition))

    outcome = submit_form(ReopenForm, data, act)
    if isinstance(outcome, Rejected):
        complaints = FormView(reasons=list_complaints(outcome.form))
        return _show(open_visit(request, parts, release), complaints, outcome.status)
    told = Flash("The approval was taken back. Nothing is sent before you approve it again.")
    return go_to(request, ReleasePaths(release).announcement, told)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_announcement, change_announcement, reopen_announcement],
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


def _look(request: WebRequest, parts: WebParts, release: ReleaseKey, data: Mapping[str, object]) -> FormView:
    """Return the form as it was typed, or with what the template gives now; faults stand beside fields."""
    typed = {name: value for name, value in list_typed(data).items() if name != "action"}
    if data.get("action") == "anew":
        drafted = parts.door.ask(request.user, PreviewAnnouncement(release))
        fresh = {"subject": drafted.letter.subject, "body": drafted.letter.body}
        return FormView({**typed, **fresh, "to": ", ".join(each.address for each in drafted.recipients)})
    outcome = submit_form(AnnouncementForm, typed, lambda form: tuple(map(MailAddress, form.to)))
    return outcome.form if isinstance(outcome, Rejected) else FormView(typed)


def _preview(visit: Visit, announcement: Announcement, form: FormView) -> AnnouncementPreview:
    """Return the mail with what stands in the fields; an address that is none is left out."""
    to = announcement.to
    if "to" in form.values:
        to = tuple(_read_addresses(form.value("to")))
    subject = form.value("subject") if "subject" in form.values else announcement.subject
    body = _read_body(form.value("body")) if "body" in form.values else announcement.body
    return visit.parts.door.ask(visit.request.user, PreviewAnnouncement(visit.key, subject, body, to))


def _read_addresses(text: str) -> Iterator[MailAddress]:
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            yield MailAddress(word)
        except Invalid:
            continue  # the complaint stands beside the field


def _trace_way(shown: AnnouncementView) -> tuple[Step, ...]:
    """Return how far the announcement is; what is approved waits for the downloads."""
    announcement, release = shown.announcement, shown.release
    passed = (
        True,
        announcement.approved_at is not None,
        release.downloads_verified_at is not None,
        announcement.state is AnnouncementState.SENT,
    )
    here = next((number for number, is_passed in enumerate(passed) if not is_passed), len(passed))
    mail_failed = here == _SENDING and shown.mail is not None and shown.mail.failure is not None
    is_stopped = mail_failed or announcement.last_problem is not None
    states = [StepState.DONE] * here + [StepState.FAILED if is_stopped else StepState.CURRENT]
    states += [StepState.AHEAD] * len(passed)
    return tuple(Step(label, state) for label, state in zip(_WAY, states, strict=False))


def _show(visit: Visit, form: FormView = EMPTY_FORM, status: int = 200) -> Response[bytes]:
    shown = visit.parts.door.ask(visit.request.user, ShowAnnouncement(visit.key))
    announcement, mail = shown.announcement, shown.mail
    approver = announcement.approved_by
    may_run = Activity.RUN_PHASE in visit.view.permitted
    is_waiting = announcement.state is AnnouncementState.APPROVED
    view = AnnouncementPage(
        head=make_head(visit, visit.paths.announcement),
        paths=visit.paths,
        form=form,
        announcement=announcement,
        to=", ".join(announcement.to),
        preview=_preview(visit, announcement, form),
        way=_trace_way(shown),
        may_edit=may_run and not shown.edit_reasons,
        mail_href=locate_mail(mail.message_id) if mail is not None else "",
        badge=_BADGES[announcement.state],
        approved_by=visit.name_person(approver) if approver is not None else None,
        is_waiting=is_waiting,
        may_reopen=is_waiting and may_run and not shown.edit_reasons,
        edit_reasons=shown.edit_reasons,
        announce_reasons=shown.announce_reasons,
        may_run=may_run,
        queued_at=mail.queued_at if mail is not None else None,
        mail_failure=(mail.failure or "") if mail is not None else "",
    )
    return show_release_page(visit, "announcement.html", view, "Announcement", status)
