# SPDX-License-Identifier: Apache-2.0
"""The outbox: a job's row is inserted by the transaction that makes the job necessary."""

from procrastinate import App, SyncPsycopgConnector

from atr.ports.jobs import Job

ERRANDS = "errands"
UPKEEP = "upkeep"
TASK_NAME = "run_errand"


class Outbox:
    """Inserts jobs through the database connection of the business transaction."""

    def __init__(self) -> None:
        # The connector never connects by itself: every call brings its own connection.
        self._app = App(connector=SyncPsycopgConnector())

    def enqueue(self, connection: object, job: Job) -> None:
        """Insert the job with a raw psycopg connection whose transaction is open."""
        deferrer = self._app.configure_task(
            TASK_NAME, queue=ERRANDS, lock=job.lock, schedule_at=job.run_at, connection=connection
        )
        deferrer.defer(kind=str(job.kind), argument=job.argument)
