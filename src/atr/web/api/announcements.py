# SPDX-License-Identifier: Apache-2.0
"""The announcement of a release in the API."""

from litestar import Response, Router, get, patch, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.announcement import Announcement
from atr.domain.names import MailAddress, ReleaseKey
from atr.schema.announcements import (
    AnnouncementAnswer,
    AnnouncementPatch,
    AnnouncementPreviewAnswer,
    AnnouncementPreviewPost,
    AnnouncementVariableAnswer,
    RecipientAnswer,
    RemarkAnswer,
)
from atr.services.announcement_previews import AnnouncementPreview, PreviewAnnouncement
from atr.services.announcement_views import AnnouncementView, ShowAnnouncement, then_show_announcement
from atr.services.announcements import Announce, EditAnnouncement, ReopenAnnouncement
from atr.services.door import Door
from atr.web.api.mails import describe_mail
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, read_expected, reply_once
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/", sync_to_thread=True)
def show_announcement(actor: TheActor, door: TheDoor, release: TheRelease) -> Response[AnnouncementAnswer]:
    """Show the announcement, or what its draft would be."""
    view = door.ask(actor, ShowAnnouncement(release))
    return Response(describe_announcement(view), headers={"etag": tag_announcement(view.announcement)})


@patch("/", sync_to_thread=True)
def edit_announcement(
    request: WebRequest, door: TheDoor, release: TheRelease, data: JSONBody[AnnouncementPatch]
) -> Response[AnnouncementAnswer]:
    """Change the text; an approved one has to be approved again."""
    command = EditAnnouncement(
        release,
        data.subject,
        data.body,
        None if data.to is None else tuple(map(MailAddress, data.to)),
        _read_expected(request, door, release),
    )
    return reply_once(Asking(request, door, data), then_show_announcement(command), _reply)


@post("/", sync_to_thread=True, status_code=200)
def approve_announcement(
    request: WebRequest, door: TheDoor, release: TheRelease
) -> Response[AnnouncementAnswer]:
    """Approve the text: it is sent as soon as the public downloads are found to be the voted bytes."""
    command = Announce(release, _read_expected(request, door, release))
    return reply_once(Asking(request, door), then_show_announcement(command), _reply)


@post("/reopen", sync_to_thread=True, status_code=200)
def reopen_announcement(
    request: WebRequest, door: TheDoor, release: TheRelease
) -> Response[AnnouncementAnswer]:
    """Take the approval back, as long as the mail has not left."""
    command = ReopenAnnouncement(release, _read_expected(request, door, release))
    return reply_once(Asking(request, door), then_show_announcement(command), _reply)


@post("/preview", sync_to_thread=True, status_code=200)
def preview_announcement(
    actor: TheActor, door: TheDoor, release: TheRelease, data: JSONBody[AnnouncementPreviewPost]
) -> AnnouncementPreviewAnswer:
    """Show the mail as it would be sent with these texts; nothing is kept."""
    to = None if data.to is None else tuple(map(MailAddress, data.to))
    return _describe_preview(door.ask(actor, PreviewAnnouncement(release, data.subject, data.body, to)))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        f"{RELEASE_PATH}/announcement",
        route_handlers=[
            show_announcement,
            edit_announcement,
            approve_announcement,
            reopen_announcement,
            preview_announcement,
        ],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def tag_announcement(announcement: Announcement) -> str:
    """Return the entity tag of the text and its state."""
    return make_etag("announcement", announcement.release, announcement.edition)


def _read_expected(request: WebRequest, door: Door, key: ReleaseKey) -> int | None:
    if "if-match" not in request.headers:
        return None
    announcement = door.ask(request.user, ShowAnnouncement(key)).announcement
    return read_expected(request, tag_announcement(announcement), announcement.edition)


def _reply(view: AnnouncementView) -> Reply[AnnouncementAnswer]:
    return Reply(describe_announcement(view), etag=tag_announcement(view.announcement), status=200)


def _describe_preview(view: AnnouncementPreview) -> AnnouncementPreviewAnswer:
    return AnnouncementPreviewAnswer(
        sender=view.sender,
        recipients=tuple(RecipientAnswer(address=each.address, what=each.what) for each in view.recipients),
        subject=view.letter.subject,
        body=view.letter.body,
        remarks=tuple(RemarkAnswer(sentence=each.sentence, holds=each.holds) for each in view.remarks),
        variables=tuple(
            AnnouncementVariableAnswer(name=each.name, meaning=each.meaning, value=value)
            for each, value in view.variables
        ),
    )


def describe_announcement(view: AnnouncementView) -> AnnouncementAnswer:
    """Return an announcement as it goes over the wire."""
    announcement = view.announcement
    return AnnouncementAnswer(
        release=str(announcement.release),
        kept=view.is_kept,
        state=announcement.state,
        to=announcement.to,
        subject=announcement.subject,
        body=announcement.body,
        approved_by=announcement.approved_by,
        approved_at=announcement.approved_at,
        downloads_verified_at=view.release.downloads_verified_at,
        sent_at=announcement.sent_at,
        last_problem=announcement.last_problem,
        edit_reasons=view.edit_reasons,
        announce_reasons=view.announce_reasons,
        mail=describe_mail(view.mail) if view.mail else None,
    )
