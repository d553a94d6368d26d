# SPDX-License-Identifier: Apache-2.0
"""Keys by the moment their time is over, in the database."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select, text

from atr.db.keys import KeyRows
from atr.db.tables.keys import project_keys, signing_keys
from atr.domain.key import SigningKey
from atr.domain.names import Fingerprint, ProjectKey

# As it stands in the index. Every moment is written in UTC and ISO 8601, so text is in order of time.
_END = text("(details ->> 'expires_at')")
_BETWEEN = text("(details ->> 'expires_at') BETWEEN :begin AND :end AND NOT (details ->> 'revoked')::boolean")


class KeyEndRows:
    """Keys that are attached to projects and whose time ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_ending(
        self, project: ProjectKey | None, begin: datetime, end: datetime, limit: int
    ) -> tuple[SigningKey, ...]:
        """Return keys of the project, or of any, that end between the moments, the first to end first.

        Keys revoked here or by their owner are left out: nobody waits for their end.
        """
        attached = select(project_keys.c.fingerprint).where(
            project_keys.c.fingerprint == signing_keys.c.fingerprint
        )
        if project is not None:
            attached = attached.where(project_keys.c.project == project)
        wanted = (
            select(signing_keys.c.fingerprint)
            .where(_BETWEEN, signing_keys.c.revoked_at.is_(None), attached.exists())
            .order_by(_END, signing_keys.c.fingerprint)
            .limit(limit)
        )
        bounds = {"begin": _write(begin), "end": _write(end)}
        found = [Fingerprint(each) for each in self._connection.scalars(wanted, bounds)]
        keys = KeyRows(self._connection).read_many(found)
        return tuple(keys[fingerprint] for fingerprint in found)


def _write(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
