# SPDX-License-Identifier: Apache-2.0
"""The ledger: every outside effect is intended, then made unless it is so already, then recorded."""

from collections.abc import Callable
from dataclasses import dataclass

from atr.ports.repositories.effects import LedgerRow
from atr.services.door import Bookkeeping, Door, Work


@dataclass(frozen=True, slots=True)
class IntendEffect(Bookkeeping[LedgerRow]):
    """Write down that an effect is about to be made; return the row as it stands."""

    effect: str

    def note(self, work: Work) -> LedgerRow:
        """Return the row, made now or at an earlier attempt."""
        work.unit.ledger.intend(self.effect, work.now)
        return work.unit.ledger.find(self.effect) or LedgerRow(self.effect, work.now)


@dataclass(frozen=True, slots=True)
class FinishEffect(Bookkeeping[None]):
    """Write down that an effect was made, and what came of it."""

    effect: str
    result: str

    def note(self, work: Work) -> None:
        """Complete the row."""
        work.unit.ledger.finish(self.effect, self.result, work.now)


def run_once(door: Door, effect: str, ask: Callable[[], str | None], act: Callable[[], str]) -> str:
    """Return the effect's result; `ask` answers the result if the world already shows it, `act` makes it.

    A crash after any line leaves an intent without a result, so the next attempt asks before it acts.
    """
    row = door.keep(IntendEffect(effect))
    if row.done_at is not None:
        return row.result or ""
    known = ask()
    result = known if known is not None else act()
    door.keep(FinishEffect(effect, result))
    return result
