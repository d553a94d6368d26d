# SPDX-License-Identifier: Apache-2.0
"""What comes back by the clock: due deadlines every few seconds, the orphan sweep once an hour."""

from collections.abc import Callable
from dataclasses import dataclass

from atr.services.deadlines import CollectDue
from atr.services.door import Door

_HOUR_SECONDS = 3600


@dataclass(slots=True)
class Upkeep:
    """The periodic work of whichever worker gets to it; `sweep` removes orphaned blobs."""

    door: Door
    sweep: Callable[[], int]
    swept_at: int = 0

    def run(self, timestamp: int) -> None:
        """Do what is due at the moment (seconds since the epoch)."""
        self.door.keep(CollectDue())
        if timestamp - self.swept_at >= _HOUR_SECONDS:
            self.swept_at = timestamp
            self.sweep()
