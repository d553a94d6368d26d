# SPDX-License-Identifier: Apache-2.0
"""Traces of visitors' requests in the database, as keyed digests only."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from atr.db.tables.participants import visitor_attempts
from atr.ports.repositories.participants import Trace


class AttemptRows:
    """When something was counted; of what, only a keyed digest is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_since(self, trace: Trace, since: datetime) -> tuple[datetime, ...]:
        """Return when the same was counted since then."""
        wanted = select(visitor_attempts.c.at).where(
            visitor_attempts.c.counted == trace.counted,
            visitor_attempts.c.digest == trace.digest,
            visitor_attempts.c.at > since,
        )
        return tuple(self._connection.execute(wanted.order_by(visitor_attempts.c.at)).scalars())

    def add(self, trace: Trace, now: datetime) -> None:
        """Count once more."""
        values = {"counted": trace.counted, "digest": trace.digest, "at": now}
        self._connection.execute(insert(visitor_attempts).values(values))

    def forget(self, until: datetime) -> int:
        """Remove older traces; return how many there were."""
        older = delete(visitor_attempts).where(visitor_attempts.c.at <= until)
        return self._connection.execute(older).rowcount
