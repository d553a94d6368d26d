# SPDX-License-Identifier: Apache-2.0
"""Ledger and deadlines in the database."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from atr.db.tables.effects import deadlines, ledger
from atr.ports.jobs import Deadline, DeadlineKind
from atr.ports.repositories.effects import LedgerRow


class LedgerRows:
    """One row for each outside effect."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, effect: str) -> LedgerRow | None:
        """Return the row, if the effect was ever intended."""
        row = self._connection.execute(select(ledger).where(ledger.c.effect == effect)).one_or_none()
        return LedgerRow(row.effect, row.intended_at, row.done_at, row.result) if row else None

    def intend(self, effect: str, now: datetime) -> bool:
        """Record the intent; return False when it was recorded before."""
        statement = insert(ledger).values(effect=effect, intended_at=now).on_conflict_do_nothing()
        return self._connection.execute(statement).rowcount == 1

    def finish(self, effect: str, result: str, now: datetime) -> None:
        """Record that it happened; the first result stands."""
        unfinished = (ledger.c.effect == effect) & ledger.c.done_at.is_(None)
        self._connection.execute(update(ledger).where(unfinished).values(done_at=now, result=result))

    def list_results(self, prefix: str) -> dict[str, str]:
        """Return the results of all effects that happened and whose names begin so, by their names."""
        happened = ledger.c.effect.startswith(prefix, autoescape=True) & ledger.c.done_at.is_not(None)
        rows = self._connection.execute(select(ledger.c.effect, ledger.c.result).where(happened))
        return {row.effect: row.result or "" for row in rows}

    def forget(self, effect: str) -> None:
        """Remove the row."""
        self._connection.execute(delete(ledger).where(ledger.c.effect == effect))


class DeadlineRows:
    """What falls due when."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, deadline: Deadline) -> None:
        """Add or move the deadline of this kind and subject."""
        values = {"kind": deadline.kind, "subject": deadline.subject, "due_at": deadline.due_at}
        moved = insert(deadlines).values(values)
        self._connection.execute(
            moved.on_conflict_do_update(
                index_elements=["kind", "subject"], set_={"due_at": moved.excluded.due_at}
            )
        )

    def clear(self, kind: DeadlineKind, subject: str) -> None:
        """Remove it."""
        this = (deadlines.c.kind == kind) & (deadlines.c.subject == subject)
        self._connection.execute(delete(deadlines).where(this))

    def list_due(self, now: datetime) -> tuple[Deadline, ...]:
        """Return what is due, the earliest first; another worker's are left to it."""
        due = select(deadlines).where(deadlines.c.due_at <= now).order_by(deadlines.c.due_at)
        rows = self._connection.execute(due.with_for_update(skip_locked=True))
        return tuple(Deadline(DeadlineKind(row.kind), row.subject, row.due_at) for row in rows)
