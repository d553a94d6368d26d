# SPDX-License-Identifier: Apache-2.0
"""The ledger of outside effects, deadlines, and answers kept for repeated requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atr.ports.jobs import Deadline, DeadlineKind


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An effect that was intended, and its result once it is known to have happened."""

    effect: str
    intended_at: datetime
    done_at: datetime | None = None
    result: str | None = None


class Ledger(Protocol):
    """One row for each outside effect, so that none happens twice."""

    def find(self, effect: str) -> LedgerRow | None:
        """Return the row, if the effect was ever intended."""

    def intend(self, effect: str, now: datetime) -> bool:
        """Record the intent; return False when it was recorded before."""

    def finish(self, effect: str, result: str, now: datetime) -> None:
        """Record that it happened."""

    def list_results(self, prefix: str) -> dict[str, str]:
        """Return the results of all effects that happened and whose names begin so, by their names."""

    def forget(self, effect: str) -> None:
        """Remove the row, so that the effect may happen anew (a release restored after archiving)."""


class Deadlines(Protocol):
    """What falls due when."""

    def set(self, deadline: Deadline) -> None:
        """Add or move the deadline of this kind and subject."""

    def clear(self, kind: DeadlineKind, subject: str) -> None:
        """Remove it."""

    def list_due(self, now: datetime) -> tuple[Deadline, ...]:
        """Return what is due, the earliest first."""


@dataclass(frozen=True, slots=True)
class KeptReply:
    """The first answer to a request with an Idempotency-Key."""

    request_digest: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Replies(Protocol):
    """Answers kept for repeats of the same request."""

    def find(self, actor: str, key: str) -> KeptReply | None:
        """Return the kept answer."""

    def keep(self, actor: str, key: str, reply: KeptReply, now: datetime) -> None:
        """Keep the answer; raise Conflict when another request with the key is being answered."""

    def forget_older(self, than: datetime) -> int:
        """Remove old answers; return how many."""
