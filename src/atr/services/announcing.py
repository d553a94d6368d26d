# SPDX-License-Identifier: Apache-2.0
"""Sending an approved announcement: every file is fetched through the public address first."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.artifact import Digest, list_public
from atr.domain.coordinates import Coordinate
from atr.domain.errors import Conflict, NotFound, Refused
from atr.domain.event import Subject
from atr.domain.lifecycle import Phase, Stage
from atr.domain.mail import MailKind, OutgoingMail, make_message_id
from atr.domain.names import ReleaseKey
from atr.domain.people import SERVICE
from atr.domain.permissions import Activity, Permission
from atr.domain.release import Release
from atr.services.door import Bookkeeping, Command, Done, Place, Query, Work
from atr.services.errand import Errand, Tools, TryLater
from atr.services.mails import queue_mail
from atr.services.releases import find_release
from atr.services.revisions import find_revision


@dataclass(frozen=True, slots=True)
class FindDownloads(Query[tuple[tuple[str, Digest], ...]]):
    """What the public address has to answer before an announcement is sent; empty when none waits."""

    release: ReleaseKey

    def answer(self, work: Work) -> tuple[tuple[str, Digest], ...]:
        """Return each file's public path with the sha512 that was voted on; raise NotFound."""
        release = find_release(work, self.release)
        if not _is_waiting(release, work.unit.announcements.find(self.release)):
            return ()
        revision = find_revision(work, self.release, release.shown_revision)
        return tuple(
            (Coordinate.of(Stage.CURRENT, self.release, entry.path).url_path, entry.content.sha512)
            for entry in list_public(revision.files)
        )


def _is_waiting(release: Release, announcement: Announcement | None) -> bool:
    is_approved = announcement is not None and announcement.state is AnnouncementState.APPROVED
    return is_approved and release.phase is Phase.ANNOUNCE and release.downloads_verified_at is None


@dataclass(frozen=True, slots=True)
class NoteDownloadProblem(Bookkeeping[None]):
    """Write down why the announcement waits."""

    release: ReleaseKey
    problem: str

    def note(self, work: Work) -> None:
        """Keep the problem with the announcement, as long as it waits."""
        announcement = work.unit.announcements.find(self.release)
        release = find_release(work, self.release)
        if announcement is not None and _is_waiting(release, announcement):
            work.unit.announcements.save(replace(announcement, last_problem=self.problem))


@dataclass(frozen=True, slots=True)
class RecordVerified(Command[Release]):
    """Record that the public downloads are the voted bytes, and queue the announcement."""

    release: ReleaseKey

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Release]:
        """Do both in one transaction; raise Refused when no approved announcement waits any more."""
        release = find_release(work, self.release)
        announcement = work.unit.announcements.find(self.release)
        if announcement is None or not _is_waiting(release, announcement):
            raise Refused("No approved announcement waits for the downloads of this release.")
        verified = work.unit.releases.save(replace(release, downloads_verified_at=work.now), release.phase)
        work.unit.announcements.save(replace(announcement, last_problem=None))
        mail = _make_mail(work, announcement)
        queue_mail(work, mail)
        subject = Subject.of_release(self.release)
        return Done(verified, "downloads.verified", subject, {"message_id": mail.message_id})


def _make_mail(work: Work, announcement: Announcement) -> OutgoingMail:
    host, name = work.around.foundation.mail_host, announcement.release.storage_key
    return OutgoingMail(
        message_id=make_message_id(host, MailKind.ANNOUNCEMENT, name),
        kind=MailKind.ANNOUNCEMENT,
        release=announcement.release,
        to=announcement.to,
        subject=announcement.subject,
        body=announcement.body,
        queued_at=work.now,
    )


@dataclass(frozen=True, slots=True)
class AnnounceRelease(Errand):
    """Look at the downloads of a release as the public does; announce it when they are right."""

    release: ReleaseKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION`."""
        return cls(ReleaseKey.parse(argument))

    def run(self, tools: Tools) -> None:
        """Compare every file, then record it and queue the mail; raise TryLater with what is wrong."""
        downloads = tools.door.ask(SERVICE, FindDownloads(self.release))
        if not downloads:
            return
        for path, voted in downloads:
            problem = _compare_download(tools, path, voted)
            if problem is not None:
                tools.door.keep(NoteDownloadProblem(self.release, problem))
                raise TryLater(problem)
        tools.door.perform(SERVICE, RecordVerified(self.release))


def _compare_download(tools: Tools, path: str, voted: Digest) -> str | None:
    try:
        offered = tools.downloads.fetch_digest(path)
    except (NotFound, Conflict) as error:
        return str(error)
    return None if offered == voted else f"{path} is not what was voted on: it has {offered}, not {voted}."
