# SPDX-License-Identifier: Apache-2.0
"""Answers kept for repeated requests, in the database."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from atr.db.tables.replies import replies
from atr.domain.errors import Conflict
from atr.ports.repositories.effects import KeptReply


class ReplyRows:
    """The first answer to each request with an Idempotency-Key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, actor: str, key: str) -> KeptReply | None:
        """Return the kept answer, after waiting for whoever is answering the same request."""
        self._connection.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"{actor} {key}", 0)))
        )
        found = select(replies).where(replies.c.actor == actor, replies.c.key == key)
        row = self._connection.execute(found).mappings().one_or_none()
        if row is None:
            return None
        headers = tuple((name, value) for name, value in row["headers"])
        return KeptReply(row["request_digest"], row["status"], row["body"], headers)

    def keep(self, actor: str, key: str, reply: KeptReply, now: datetime) -> None:
        """Keep the answer; raise Conflict when another request with the key was answered meanwhile."""
        values = {
            "actor": actor,
            "key": key,
            "request_digest": reply.request_digest,
            "status": reply.status,
            "body": reply.body,
            "headers": [list(each) for each in reply.headers],
            "kept_at": now,
        }
        try:
            self._connection.execute(insert(replies).values(values))
        except IntegrityError as error:
            raise Conflict("A request with this Idempotency-Key is being answered: repeat it.") from error

    def forget_older(self, than: datetime) -> int:
        """Remove old answers; return how many."""
        return self._connection.execute(delete(replies).where(replies.c.kept_at < than)).rowcount
