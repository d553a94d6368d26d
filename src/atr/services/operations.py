# SPDX-License-Identifier: Apache-2.0
"""Looking at the machinery, and having jobs tried again; for sysadmins and whoever runs the machine."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from atr.domain.errors import NotFound, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.operations import (
    MAY_RETRY,
    DatabaseFacts,
    DriftFacts,
    JobCount,
    JobRecord,
    MailFacts,
    StoreFacts,
    WorkerRecord,
)
from atr.domain.permissions import Permission, Standing
from atr.services.door import Bookkeeping, Command, Done, Query, Work

MOST_SHOWN = 100
_LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class OperationsView:
    """How everything is that the database knows of; of troubled jobs the first hundred."""

    stalled_after: timedelta
    workers: tuple[WorkerRecord, ...]
    counts: tuple[JobCount, ...]
    troubled: tuple[JobRecord, ...]
    database: DatabaseFacts
    store: StoreFacts
    mail: MailFacts
    drift: DriftFacts

    @property
    def alive(self) -> int:
        """Return how many loops of workers were heard of recently."""
        return sum(each.is_alive(self.stalled_after) for each in self.workers)


@dataclass(frozen=True, slots=True)
class ShowOperations(Query[OperationsView]):
    """How the machinery is."""

    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def answer(self, work: Work) -> OperationsView:
        """Return all of it."""
        operations, age = work.unit.operations, work.around.foundation.worker_stalled
        return OperationsView(
            stalled_after=age,
            workers=operations.list_workers(),
            counts=operations.count_jobs(age),
            troubled=operations.list_troubled(age, MOST_SHOWN),
            database=operations.describe_database(),
            store=operations.measure_store(),
            mail=operations.count_mails(),
            drift=operations.summarise_drift(),
        )


@dataclass(frozen=True, slots=True)
class RetryJob(Command[JobRecord]):
    """Have a job tried at once that failed, is stuck, or waits for another try."""

    job: int
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def carry_out(self, work: Work) -> Done[JobRecord]:
        """Queue it again; raise NotFound, or Refused for one that needs no other try."""
        age = work.around.foundation.worker_stalled
        found = work.unit.operations.find_job(self.job, age)
        if found is None:
            raise NotFound("job", self.job)
        if found.state not in MAY_RETRY:
            raise Refused(f"Job {self.job} is {found.state} and needs no other try.")
        work.unit.operations.retry_job(self.job)
        details: dict[str, EventDetail] = {
            "kind": found.kind,
            "argument": found.argument,
            "state": str(found.state),
            "attempts": found.attempts,
        }
        return Done(found, "job.retried", Subject("job", str(self.job)), details)


@dataclass(frozen=True, slots=True)
class NoteTrouble(Bookkeeping[None]):
    """Write down why the last attempt of a job did not succeed."""

    job: int
    reason: str

    def note(self, work: Work) -> None:
        """Keep the reason beside the job."""
        work.unit.operations.note_trouble(self.job, self.reason[:_LONGEST_REASON], work.now)
