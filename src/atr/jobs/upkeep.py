# SPDX-License-Identifier: Apache-2.0
"""What comes back by the clock: due deadlines every few seconds, the sweep of orphans once an hour."""

from collections.abc import Callable
from dataclasses import dataclass

from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.operations import NoteTrouble


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The periodic work of whichever worker gets to it; `sweep` removes orphaned blobs."""

    door: Door
    sweep: Callable[[], int]

    def note_trouble(self, job: int, reason: str) -> None:
        """Write down why a job did not succeed, for whoever looks after the queue."""
        self.door.keep(NoteTrouble(job, reason))

    def collect_due(self) -> None:
        """Ask for what has fallen due."""
        self.door.keep(CollectDue())
