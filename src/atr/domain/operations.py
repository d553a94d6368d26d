# SPDX-License-Identifier: Apache-2.0
"""How the machinery is: workers, jobs, database, store, mail; what operators look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class JobState(StrEnum):
    """How a job stands, as an operator sees it."""

    FAILED = "failed"  # for good: somebody has to look
    STUCK = "stuck"  # its worker has not been heard of
    AGAIN = "again"  # it did not succeed so far, and will be tried again
    RUNNING = "running"
    WAITING = "waiting"  # as soon as a worker is free
    LATER = "later"  # its moment has not come


MAY_RETRY = frozenset({JobState.FAILED, JobState.STUCK, JobState.AGAIN})
"""States in which a person may have a job tried at once."""


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A loop of a worker process: how long it has been silent, and the jobs it has in hand."""

    id: int
    silent_for: timedelta
    jobs: tuple[int, ...] = ()

    def is_alive(self, stalled_after: timedelta) -> bool:
        """Tell whether it was heard of recently."""
        return self.silent_for < stalled_after


@dataclass(frozen=True, slots=True)
class JobCount:
    """How many jobs of a queue are in a state."""

    queue: str
    state: JobState
    number: int


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job that needs, or may need, a person; `reason` is why its last attempt did not succeed."""

    id: int
    queue: str
    kind: str
    argument: str
    state: JobState
    attempts: int
    since_at: datetime | None = None
    due_at: datetime | None = None
    worker: int | None = None
    reason: str = ""
    reason_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database server as it answers; sizes in bytes, `schema` is the migration in force."""

    version: str
    schema: str
    size: int
    connections: int
    most_connections: int


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What revisions name: different contents and their bytes; about so many when there are very many."""

    contents: int
    size: int
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class MailFacts:
    """Mail on its way out, and what came in."""

    queued: int
    failed: int
    oldest_queued_at: datetime | None = None
    received_at: datetime | None = None
    strays: int = 0


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """What the monitor of public downloads found: places with other bytes, and when it last compared."""

    drifted: int
    compared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartState:
    """How one part of the installation is, in the words of `atr admin doctor`."""

    part: str
    good: bool
    state: str
