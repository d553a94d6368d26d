# SPDX-License-Identifier: Apache-2.0
"""How the machinery is, asked of the database; jobs are changed by the queue's own functions only."""

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError

from atr.domain.errors import Refused
from atr.domain.operations import (
    DatabaseFacts,
    DriftFacts,
    JobCount,
    JobRecord,
    JobState,
    MailFacts,
    StoreFacts,
    WorkerRecord,
)

# How an operator sees a job. A worker that was not heard of for a while is dead, whatever it had in hand.
_JOBS = """
WITH unfinished AS (
    SELECT jobs.*, CASE
        WHEN status = 'failed' THEN 'failed'
        WHEN status = 'doing' AND (last_heartbeat IS NULL OR last_heartbeat < now() - :age) THEN 'stuck'
        WHEN status = 'doing' THEN 'running'
        WHEN attempts > 0 THEN 'again'
        WHEN scheduled_at > now() THEN 'later'
        ELSE 'waiting' END AS state
    FROM procrastinate_jobs jobs LEFT JOIN procrastinate_workers workers ON workers.id = jobs.worker_id
    WHERE status IN ('todo', 'doing', 'failed')
)
"""
_COUNT = text(
    f"{_JOBS} SELECT queue_name, state, count(*) AS number FROM unfinished "  # noqa: S608 constants only
    "GROUP BY queue_name, state ORDER BY queue_name, state"
)
_RECORD = f"""{_JOBS}
SELECT unfinished.id, queue_name, coalesce(args->>'kind', replace(task_name, '_', ' ')) AS kind,
       coalesce(args->>'argument', '') AS argument, state, attempts, scheduled_at, worker_id,
       (SELECT max(at) FROM procrastinate_events WHERE job_id = unfinished.id) AS since_at,
       coalesce(reason, '') AS reason, noted_at
FROM unfinished LEFT JOIN job_troubles ON job_troubles.job_id = unfinished.id
"""  # noqa: S608 constants only
_LIST = text(
    f"{_RECORD} WHERE state IN ('failed', 'stuck', 'again') "
    "ORDER BY array_position(ARRAY['failed', 'stuck', 'again'], state), unfinished.id DESC LIMIT :most"
)
_FIND = text(f"{_RECORD} WHERE unfinished.id = :job")
_HOLD = text("SELECT id FROM procrastinate_jobs WHERE id = :job FOR UPDATE")
_RETRY = text("SELECT procrastinate_retry_job_v2(:job, now(), NULL, NULL, NULL)")
_HASTEN = text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = :job AND status = 'todo'")
_NOTE = text(
    "INSERT INTO job_troubles SELECT id, :reason, :at FROM procrastinate_jobs WHERE id = :job "
    "ON CONFLICT (job_id) DO UPDATE SET reason = excluded.reason, noted_at = excluded.noted_at"
)
_WORKERS = text(
    "SELECT workers.id, now() - last_heartbeat AS silent_for, jobs.id AS job "
    "FROM procrastinate_workers workers "
    "LEFT JOIN procrastinate_jobs jobs ON jobs.worker_id = workers.id AND status = 'doing' "
    "ORDER BY last_heartbeat DESC, workers.id, jobs.id"
)
_DATABASE = text(
    "SELECT current_setting('server_version') AS version, "
    "(SELECT max(version_num) FROM alembic_version) AS schema, "
    "pg_database_size(current_database()) AS size, current_setting('max_connections')::int AS most, "
    "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections"
)
# Very many contents are sampled: some thousand pages of them tell the average well enough.
_MANY = 200_000
_ESTIMATE = text("SELECT reltuples::bigint FROM pg_class WHERE oid = 'contents'::regclass")
_MEASURE = text("SELECT count(*) AS number, coalesce(sum(size), 0)::bigint AS size FROM contents")
_SAMPLE = text(
    "SELECT coalesce(avg(size), 0)::float FROM contents TABLESAMPLE SYSTEM (:percent) REPEATABLE (1)"
)
_MAILS = text(
    "SELECT (SELECT count(*) FROM mails WHERE state = 'queued') AS queued, "
    "(SELECT count(*) FROM mails WHERE state = 'failed') AS failed, "
    "(SELECT min(queued_at) FROM mails WHERE state = 'queued') AS oldest, "
    "(SELECT max(received_at) FROM vote_messages) AS read, "
    "(SELECT max(received_at) FROM stray_mails) AS strayed, "
    "(SELECT count(*) FROM stray_mails) AS strays"
)
_DRIFT = text(
    "SELECT (SELECT count(*) FROM distributions WHERE drift <> '') AS drifted, "
    "(SELECT max(compared_at) FROM distributions) AS compared_at"
)


class OperationRows:
    """Workers, jobs, and what is stored."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_workers(self) -> tuple[WorkerRecord, ...]:
        """Return every loop of a worker that is registered, the one heard of last first."""
        rows = self._connection.execute(_WORKERS).all()
        grouped = ((key, tuple(each)) for key, each in groupby(rows, attrgetter("id", "silent_for")))
        return tuple(
            WorkerRecord(worker, silent_for, tuple(row.job for row in each if row.job is not None))
            for (worker, silent_for), each in grouped
        )

    def count_jobs(self, stalled_after: timedelta) -> tuple[JobCount, ...]:
        """Return how many jobs there are of each queue and state, but for those that are done."""
        rows = self._connection.execute(_COUNT, {"age": stalled_after})
        return tuple(JobCount(row.queue_name, JobState(row.state), row.number) for row in rows)

    def list_troubled(self, stalled_after: timedelta, limit: int) -> tuple[JobRecord, ...]:
        """Return jobs that failed, are stuck, or are tried again, in this order, newest first."""
        rows = self._connection.execute(_LIST, {"age": stalled_after, "most": limit})
        return tuple(map(_read_job, rows))

    def find_job(self, job: int, stalled_after: timedelta) -> JobRecord | None:
        """Return the job unless it is done; nobody else changes it until the end."""
        self._connection.execute(_HOLD, {"job": job})
        row = self._connection.execute(_FIND, {"age": stalled_after, "job": job}).one_or_none()
        return _read_job(row) if row is not None else None

    def retry_job(self, job: int) -> None:
        """Have the job tried at once; raise Refused when the same work waits already."""
        if self._connection.execute(_HASTEN, {"job": job}).rowcount:
            return
        try:
            self._connection.execute(_RETRY, {"job": job})
        except IntegrityError as error:
            raise Refused("The same work waits already: it needs no other turn.") from error

    def note_trouble(self, job: int, reason: str, at: datetime) -> None:
        """Keep why the job's last attempt did not succeed; nothing when the job is gone."""
        self._connection.execute(_NOTE, {"job": job, "reason": reason, "at": at})

    def describe_database(self) -> DatabaseFacts:
        """Return what the server says of itself."""
        row = self._connection.execute(_DATABASE).one()
        return DatabaseFacts(row.version, row.schema, row.size, row.connections, row.most)

    def measure_store(self) -> StoreFacts:
        """Return how much revisions name."""
        about = self._connection.execute(_ESTIMATE).scalar_one()
        if about > _MANY:
            average = self._connection.execute(_SAMPLE, {"percent": 100 * _MANY / about / 4}).scalar_one()
            return StoreFacts(about, int(about * average), is_estimate=True)
        row = self._connection.execute(_MEASURE).one()
        return StoreFacts(row.number, row.size)

    def count_mails(self) -> MailFacts:
        """Return what is on its way, and when something came in."""
        row = self._connection.execute(_MAILS).one()
        received = max((each for each in (row.read, row.strayed) if each is not None), default=None)
        return MailFacts(row.queued, row.failed, row.oldest, received, row.strays)

    def summarise_drift(self) -> DriftFacts:
        """Return what the comparisons of public places found."""
        row = self._connection.execute(_DRIFT).one()
        return DriftFacts(row.drifted, row.compared_at)


def _read_job(row: Row[tuple[object, ...]]) -> JobRecord:
    return JobRecord(
        id=row.id,
        queue=row.queue_name,
        kind=row.kind,
        argument=row.argument,
        state=JobState(row.state),
        attempts=row.attempts,
        since_at=row.since_at,
        due_at=row.scheduled_at,
        worker=row.worker_id,
        reason=row.reason,
        reason_at=row.noted_at,
    )
