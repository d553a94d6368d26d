# SPDX-License-Identifier: Apache-2.0
"""Mails that look like votes and answer none, in the database."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql

from atr.db.tables.stray_mails import stray_mails
from atr.domain.vote_message import MessageSource, StrayMail


class StrayMailRows:
    """Mails that look like votes and answer none, each once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: StrayMail) -> None:
        """Keep it unless it is there already."""
        values = {
            "message_id": mail.message_id,
            "source": mail.source,
            "subject": mail.subject,
            "text": mail.text,
            "received_at": mail.received_at,
        }
        self._connection.execute(postgresql.insert(stray_mails).values(values).on_conflict_do_nothing())

    def list_newest(self, limit: int) -> tuple[StrayMail, ...]:
        """Return the newest, the latest first."""
        newest = select(stray_mails).order_by(stray_mails.c.id.desc()).limit(limit)
        return tuple(
            StrayMail(row.message_id, MessageSource(row.source), row.subject, row.text, row.received_at)
            for row in self._connection.execute(newest)
        )

    def remove(self, message_id: str) -> None:
        """Forget one that found its vote after all."""
        self._connection.execute(delete(stray_mails).where(stray_mails.c.message_id == message_id))

    def forget(self, before: datetime) -> int:
        """Remove those that came in before; return how many there were."""
        old = delete(stray_mails).where(stray_mails.c.received_at <= before)
        return self._connection.execute(old).rowcount
