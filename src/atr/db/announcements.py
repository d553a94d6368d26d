# SPDX-License-Identifier: Apache-2.0
"""Announcements in the database."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from atr.db.releases import find_release_id, is_among, read_release_key
from atr.db.tables.mails import announcements
from atr.db.tables.releases import releases
from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.errors import Conflict
from atr.domain.names import MailAddress, ReleaseKey


class AnnouncementRows:
    """Announcements, one a release."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, release: ReleaseKey) -> Announcement | None:
        """Return the announcement, if there is one."""
        wanted = select(announcements).where(announcements.c.release_id == find_release_id(release))
        row = self._connection.execute(wanted).one_or_none()
        return _read_announcement(row, release) if row else None

    def find_many(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, Announcement]:
        """Return the announcements of those releases that have one, in one query."""
        key = (releases.c.project, releases.c.product, releases.c.version)
        wanted = select(announcements, *key).select_from(announcements).join(releases).where(is_among(keys))
        rows = ((read_release_key(row), row) for row in self._connection.execute(wanted))
        return {release: _read_announcement(row, release) for release, row in rows}

    def save(self, announcement: Announcement) -> Announcement:
        """Add or replace it, or raise Conflict if its edition is not the stored one; next edition."""
        saved = replace(announcement, edition=announcement.edition + 1)
        added = insert(announcements).values(
            _write_announcement(saved) | {"release_id": find_release_id(announcement.release)}
        )
        statement = added.on_conflict_do_update(
            index_elements=["release_id"],
            set_=_write_announcement(saved),
            where=announcements.c.edition == announcement.edition,
        ).returning(announcements.c.edition)
        if self._connection.execute(statement).one_or_none() is None:
            raise Conflict(f"The announcement of {announcement.release} was changed: read it again.")
        return saved


def _write_announcement(announcement: Announcement) -> dict[str, object]:
    return {
        "to_addresses": list(announcement.to),
        "subject": announcement.subject,
        "body": announcement.body,
        "state": announcement.state,
        "approved_by": announcement.approved_by,
        "approved_at": announcement.approved_at,
        "sent_at": announcement.sent_at,
        "last_problem": announcement.last_problem,
        "edition": announcement.edition,
    }


def _read_announcement(row: Row[tuple[object, ...]], release: ReleaseKey) -> Announcement:
    return Announcement(
        release=release,
        to=tuple(map(MailAddress, row.to_addresses)),
        subject=row.subject,
        body=row.body,
        state=AnnouncementState(row.state),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        sent_at=row.sent_at,
        last_problem=row.last_problem,
        edition=row.edition,
    )
