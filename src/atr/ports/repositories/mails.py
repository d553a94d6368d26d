# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail and announcements."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from atr.domain.announcement import Announcement
from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.mail_template import TemplateKind, TemplateVersion
from atr.domain.names import ProjectKey, ReleaseKey
from atr.ports.repositories.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which mails to list; None means any. `text` are beginnings of words that all stand in the subject."""

    state: MailState | None = None
    kind: MailKind | None = None
    text: str = ""


class Mails(Protocol):
    """The outbox."""

    def add(self, mail: OutgoingMail) -> bool:
        """Queue the mail; return False when its message id is there already."""

    def find(self, message_id: str) -> OutgoingMail | None:
        """Return the mail, if it was ever queued."""

    def save(self, mail: OutgoingMail) -> None:
        """Replace its delivery state."""

    def list(self, release: ReleaseKey) -> tuple[OutgoingMail, ...]:
        """Return the mails about a release in order of queueing."""

    def search(self, which: MailFilter, page: PageRequest) -> Page[OutgoingMail]:
        """Return mails of all releases, newest first."""


class MailTemplates(Protocol):
    """The wordings that projects saved."""

    def add(self, version: TemplateVersion) -> None:
        """Keep the version for ever; raise Conflict when its number is taken."""

    def list_newest(self, project: ProjectKey) -> tuple[TemplateVersion, ...]:
        """Return the newest version of each kind that the project ever worded."""

    def list_versions(self, project: ProjectKey, kind: TemplateKind) -> tuple[TemplateVersion, ...]:
        """Return every version, newest first."""


class Announcements(Protocol):
    """Announcements."""

    def find(self, release: ReleaseKey) -> Announcement | None:
        """Return the announcement, if there is one."""

    def find_many(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, Announcement]:
        """Return the announcements of those releases that have one, in one query."""

    def save(self, announcement: Announcement) -> Announcement:
        """Add or replace it, or raise Conflict if its edition is not the stored one; next edition."""
