# SPDX-License-Identifier: Apache-2.0
"""The machinery in the API; for sysadmins."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.operations import DatabaseFacts, JobCount, JobRecord, PartState
from atr.schema.operations import (
    DatabaseAnswer,
    DriftAnswer,
    JobAnswer,
    MailStateAnswer,
    OperationsAnswer,
    PartAnswer,
    QueueAnswer,
    StoreAnswer,
    WorkerAnswer,
)
from atr.services.operations import OperationsView, RetryJob, ShowOperations
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, TheParts, WebRequest


@get("/operations", sync_to_thread=True)
def show_operations(actor: TheActor, door: TheDoor, parts: TheParts) -> OperationsAnswer:
    """Show how workers, queues, database, store and mail are; for sysadmins."""
    return _describe_operations(door.ask(actor, ShowOperations()), parts.examine())


@post("/operations/jobs/{job:int}/retry", sync_to_thread=True, status_code=200)
def retry_job(request: WebRequest, door: TheDoor, job: FromPath[int]) -> Response[JobAnswer]:
    """Have a job tried at once that failed, is stuck, or waits for another try; for sysadmins."""

    def describe(record: JobRecord) -> Reply[JobAnswer]:
        return Reply(_describe_job(record), status=200)

    return reply_once(Asking(request, door), RetryJob(job), describe)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_operations, retry_job)


def _describe_operations(found: OperationsView, parts: tuple[PartState, ...]) -> OperationsAnswer:
    return OperationsAnswer(
        workers=tuple(
            WorkerAnswer(
                id=each.id,
                alive=each.is_alive(found.stalled_after),
                silent_for=int(each.silent_for.total_seconds()),
                jobs=each.jobs,
            )
            for each in found.workers
        ),
        queues=tuple(_describe_queues(found.counts)),
        jobs=tuple(map(_describe_job, found.troubled)),
        database=_describe_database(found.database),
        store=StoreAnswer(**asdict(found.store)),
        mail=MailStateAnswer(**asdict(found.mail)),
        drift=DriftAnswer(**asdict(found.drift)),
        parts=tuple(PartAnswer(**asdict(each)) for each in parts),
    )


def _describe_queues(counts: tuple[JobCount, ...]) -> Iterator[QueueAnswer]:
    for queue, each in groupby(counts, attrgetter("queue")):
        yield QueueAnswer(queue=queue, states={str(count.state): count.number for count in each})


def _describe_job(job: JobRecord) -> JobAnswer:
    given = asdict(job)
    return JobAnswer(**{name: given[name] for name in JobAnswer.model_fields})


def _describe_database(facts: DatabaseFacts) -> DatabaseAnswer:
    given = asdict(facts)
    return DatabaseAnswer(schema_version=given.pop("schema"), **given)
