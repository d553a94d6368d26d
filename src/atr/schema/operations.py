# SPDX-License-Identifier: Apache-2.0
"""The machinery on the wire."""

from atr.schema.wire import UtcTime, WireAnswer


class WorkerAnswer(WireAnswer):
    """A loop of a worker; `silent_for` in seconds, `jobs` are those it has in hand."""

    id: int
    alive: bool
    silent_for: int
    jobs: tuple[int, ...]


class QueueAnswer(WireAnswer):
    """How many jobs of a queue are in each state."""

    queue: str
    states: dict[str, int]


class JobAnswer(WireAnswer):
    """A job that does not get on, and why its last attempt did not succeed."""

    id: int
    queue: str
    kind: str
    argument: str
    state: str
    attempts: int
    since_at: UtcTime | None
    due_at: UtcTime | None
    reason: str
    reason_at: UtcTime | None


class DatabaseAnswer(WireAnswer):
    """The database server as it answers; `size` in bytes, `schema_version` is the migration in force."""

    version: str
    schema_version: str
    size: int
    connections: int
    most_connections: int


class StoreAnswer(WireAnswer):
    """What revisions name: different contents and their bytes."""

    contents: int
    size: int
    is_estimate: bool


class MailStateAnswer(WireAnswer):
    """Mail on its way out, and what came in."""

    queued: int
    failed: int
    oldest_queued_at: UtcTime | None
    received_at: UtcTime | None
    strays: int


class DriftAnswer(WireAnswer):
    """Public places with other bytes than the voted ones, and when they were last compared."""

    drifted: int
    compared_at: UtcTime | None


class PartAnswer(WireAnswer):
    """How one part of the installation is, as `atr admin doctor` says."""

    part: str
    good: bool
    state: str


class OperationsAnswer(WireAnswer):
    """How the machinery is; of jobs that do not get on the first hundred."""

    workers: tuple[WorkerAnswer, ...]
    queues: tuple[QueueAnswer, ...]
    jobs: tuple[JobAnswer, ...]
    database: DatabaseAnswer
    store: StoreAnswer
    mail: MailStateAnswer
    drift: DriftAnswer
    parts: tuple[PartAnswer, ...]
