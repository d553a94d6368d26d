# SPDX-License-Identifier: Apache-2.0
"""How the machinery is; the queue itself belongs to its engine, which is asked by its own functions."""

from datetime import datetime, timedelta
from typing import Protocol

from atr.domain.operations import (
    DatabaseFacts,
    DriftFacts,
    JobCount,
    JobRecord,
    MailFacts,
    StoreFacts,
    WorkerRecord,
)


class Operations(Protocol):
    """Workers, jobs, and what is stored; ages are measured by the database's own clock."""

    def list_workers(self) -> tuple[WorkerRecord, ...]:
        """Return every loop of a worker that is registered, the one heard of last first."""

    def count_jobs(self, stalled_after: timedelta) -> tuple[JobCount, ...]:
        """Return how many jobs there are of each queue and state, but for those that are done."""

    def list_troubled(self, stalled_after: timedelta, limit: int) -> tuple[JobRecord, ...]:
        """Return jobs that failed, are stuck, or are tried again, in this order, newest first."""

    def find_job(self, job: int, stalled_after: timedelta) -> JobRecord | None:
        """Return the job unless it is done; nobody else changes it until the end."""

    def retry_job(self, job: int) -> None:
        """Have the job tried at once; raise Refused when the same work waits already."""

    def note_trouble(self, job: int, reason: str, at: datetime) -> None:
        """Keep why the job's last attempt did not succeed; nothing when the job is gone."""

    def describe_database(self) -> DatabaseFacts:
        """Return what the server says of itself."""

    def measure_store(self) -> StoreFacts:
        """Return how much revisions name."""

    def count_mails(self) -> MailFacts:
        """Return what is on its way, and when something came in."""

    def summarise_drift(self) -> DriftFacts:
        """Return what the comparisons of public places found."""
