# SPDX-License-Identifier: Apache-2.0
"""The announcement of a release as pages and answers show it, a preview before there is one."""

from dataclasses import dataclass

from atr.domain.announcement import Announcement
from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.names import ReleaseKey
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity, explain_denial
from atr.domain.release import Release
from atr.services.announcements import compose_announcement, explain_announce, explain_edit
from atr.services.door import Command, Place, Query, Work
from atr.services.releases import find_release
from atr.services.then_look import ThenLook


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """The text with its state; the reasons say why the asker cannot change or approve it now."""

    release: Release
    announcement: Announcement
    is_kept: bool
    edit_reasons: tuple[str, ...]
    announce_reasons: tuple[str, ...]
    mail: OutgoingMail | None


@dataclass(frozen=True, slots=True)
class ShowAnnouncement(Query[AnnouncementView]):
    """The announcement, or what its draft would be; nothing is written."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> AnnouncementView:
        """Return the view; raise NotFound."""
        return view_announcement(work, self.release)


def then_show_announcement(command: Command[Announcement]) -> ThenLook[Announcement, AnnouncementView]:
    """Return the command answered with the announcement's view."""
    return ThenLook(command, lambda work, announcement: view_announcement(work, announcement.release))


def view_announcement(work: Work, key: ReleaseKey) -> AnnouncementView:
    """Return the announcement, or what its draft would be, without writing; raise NotFound."""
    release = find_release(work, key)
    kept = work.unit.announcements.find(key)
    announcement = kept or compose_announcement(work, release)
    mails = work.unit.mails.list(key)
    denial = _explain_denial(work)
    return AnnouncementView(
        release=release,
        announcement=announcement,
        is_kept=kept is not None,
        edit_reasons=(*denial, *explain_edit(release, announcement)),
        announce_reasons=(*denial, *explain_announce(work, release, announcement)),
        mail=next((mail for mail in mails if mail.kind is MailKind.ANNOUNCEMENT), None),
    )


def _explain_denial(work: Work) -> tuple[str, ...]:
    if Activity.RUN_PHASE in work.permitted:
        return ()
    is_anonymous = work.actor.kind is ActorKind.ANONYMOUS
    return ("Sign in first.",) if is_anonymous else (explain_denial(Activity.RUN_PHASE),)
