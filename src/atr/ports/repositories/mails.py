# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail and announcements."""

from collections.abc import Iterable
from typing import Protocol

from atr.domain.announcement import Announcement
from atr.domain.mail import OutgoingMail
from atr.domain.names import ReleaseKey


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

    def list_newest(self, limit: int) -> tuple[OutgoingMail, ...]:
        """Return the newest mails of all releases."""


class Announcements(Protocol):
    """Announcements."""

    def find(self, release: ReleaseKey) -> Announcement | None:
        """Return the announcement, if there is one."""

    def find_many(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, Announcement]:
        """Return the announcements of those releases that have one, in one query."""

    def save(self, announcement: Announcement) -> Announcement:
        """Add or replace it, or raise Conflict if its edition is not the stored one; next edition."""
