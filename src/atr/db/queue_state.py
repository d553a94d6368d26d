# SPDX-License-Identifier: Apache-2.0
"""How the queue of jobs is; only looking, the queue itself belongs to procrastinate."""

from datetime import timedelta

from sqlalchemy import Engine, text

_MOST_LISTED = 20


def count_workers(engine: Engine, stalled_after: timedelta) -> int:
    """Return how many worker loops were heard of recently."""
    statement = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - :age")
    with engine.connect() as connection:
        return int(connection.execute(statement, {"age": stalled_after}).scalar_one())


def count_jobs(engine: Engine) -> dict[str, int]:
    """Return how many jobs there are in each state."""
    statement = text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(statement)}


def list_failed(engine: Engine) -> list[str]:
    """Return a few words about each job that failed for good, the newest first, a page of them at most."""
    statement = text(
        "SELECT id, coalesce(args->>'kind', task_name), args->>'argument', attempts FROM procrastinate_jobs "
        "WHERE status = 'failed' ORDER BY id DESC LIMIT :most"
    )
    with engine.connect() as connection:
        rows = connection.execute(statement, {"most": _MOST_LISTED})
        return [f"failed: {row[1]} {row[2] or ''} (job {row[0]}, {row[3]} attempts)" for row in rows]
