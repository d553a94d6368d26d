# SPDX-License-Identifier: Apache-2.0
"""Operations: whether everything runs, what does not get on, and having it tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Conflict, NotFound, Refused
from atr.domain.operations import JobCount, JobState, MailFacts, PartState, WorkerRecord
from atr.services.operations import MOST_SHOWN, OperationsView, RetryJob, ShowOperations
from atr.web.components import Badge, Column, Fact, Link
from atr.web.flash import Flash, Tone
from atr.web.pages.administration import OPERATIONS_PATH, list_administration_tabs
from atr.web.pages.job_rows import JOB_BADGES, JobRow, make_job_row
from atr.web.parts import TheActor, TheDoor, TheParts, WebRequest
from atr.web.rendering import Page, format_moment, format_size, go_to, show_page

_DRIFT_PATH = "/events?q=drifted"
_Live = Annotated[bool, QueryParameter(name="live", required=False)]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that tells at a glance whether something is well."""

    number: str
    label: str
    tone: Tone
    icon: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """How many jobs of a queue are in each state, in the order of the columns."""

    queue: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A loop of a worker, and what it has in hand."""

    number: int
    badge: Badge
    heard: str
    jobs: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the installation; `verdict` stands there when it is not well."""

    label: str
    state: str
    tone: Tone
    icon: str
    verdict: str


@dataclass(frozen=True, slots=True)
class OperationsPage:
    """The page; `parts` are as `atr admin doctor` says, and left out when only the rest is asked again."""

    tabs: tuple[Link, ...]
    at: datetime
    gauges: tuple[Gauge, ...]
    jobs: tuple[JobRow, ...]
    is_cut: bool
    queue_columns: tuple[Column, ...]
    queues: tuple[QueueRow, ...]
    workers: tuple[WorkerRow, ...]
    facts: tuple[Fact, ...]
    parts: tuple[PartRow, ...]
    worker_columns: tuple[Column, ...] = (
        Column("Loop"),
        Column("State"),
        Column("Heard of"),
        Column("Jobs in hand"),
    )


@get(OPERATIONS_PATH, sync_to_thread=True)
def show_operations(
    request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts, live: _Live = False
) -> Response[bytes]:
    """Show how the machinery is."""
    found = door.ask(actor, ShowOperations())
    view = OperationsPage(
        tabs=list_administration_tabs(actor, OPERATIONS_PATH),
        at=parts.clock(),
        gauges=_list_gauges(found),
        jobs=tuple(map(make_job_row, found.troubled)),
        is_cut=len(found.troubled) == MOST_SHOWN,
        queue_columns=(
            Column("Queue"),
            *(Column(JOB_BADGES[state].label, numeric=True) for state in JobState),
        ),
        queues=_list_queues(found.counts),
        workers=tuple(_make_worker(each, found.stalled_after) for each in found.workers),
        facts=_list_facts(found),
        parts=() if live else tuple(map(_make_part, parts.examine())),
    )
    return show_page(request, Page("pages/operations.html", "Operations", view, section=OPERATIONS_PATH))


@post(f"{OPERATIONS_PATH}/jobs/{{job:int}}/retry", sync_to_thread=True)
def retry_job(request: WebRequest, door: TheDoor, job: FromPath[int]) -> Response[None]:
    """Have a job tried again; when it needs none any more, say so."""
    try:
        tried = door.perform(request.user, RetryJob(job))
        flash = Flash(f"Job {job} ({tried.kind}) is tried again.")
    except NotFound:
        flash = Flash(f"Job {job} is done by now.", Tone.INFO)
    except (Refused, Conflict) as error:
        flash = Flash(str(error), Tone.WARN)
    return go_to(request, OPERATIONS_PATH, flash)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_operations, retry_job)


def count_states(counts: tuple[JobCount, ...], *states: JobState) -> int:
    """Return how many jobs of all queues are in one of the states."""
    return sum(each.number for each in counts if each.state in states)


def _list_gauges(found: OperationsView) -> tuple[Gauge, ...]:
    troubled = count_states(found.counts, JobState.FAILED, JobState.STUCK)
    waiting = count_states(found.counts, JobState.WAITING, JobState.RUNNING)
    mail, drifted = found.mail, found.drift.drifted
    return (
        Gauge(str(found.alive), "worker loops alive", _judge(found.alive == 0), "activity", "#workers"),
        Gauge(str(troubled), "jobs need a person", _judge(troubled > 0), "octagon-alert", "#jobs"),
        Gauge(str(waiting), "jobs under way", Tone.NEUTRAL, "play", "#queues"),
        Gauge(str(mail.failed), "mails not sent", _judge(mail.failed > 0), "mail", "/mails?state=failed"),
        Gauge(str(drifted), "public places differ", _judge(drifted > 0), "shield-alert", _DRIFT_PATH),
    )


def _judge(is_bad: bool) -> Tone:
    return Tone.BAD if is_bad else Tone.GOOD


def _list_queues(counts: tuple[JobCount, ...]) -> tuple[QueueRow, ...]:
    numbers = {(each.queue, each.state): each.number for each in counts}
    queues = sorted({each.queue for each in counts})
    return tuple(
        QueueRow(queue, tuple(numbers.get((queue, state), 0) for state in JobState)) for queue in queues
    )


def _make_part(part: PartState) -> PartRow:
    label = part.part[0].upper() + part.part[1:]
    if part.good:
        return PartRow(label, part.state, Tone.GOOD, "circle-check", "")
    return PartRow(label, part.state, Tone.BAD, "octagon-alert", "is wrong")


def _make_worker(worker: WorkerRecord, stalled_after: timedelta) -> WorkerRow:
    alive = worker.is_alive(stalled_after)
    badge = Badge("Alive", Tone.GOOD, "check") if alive else Badge("Silent", Tone.BAD, "hourglass")
    jobs = ", ".join(map(str, worker.jobs)) or "none"
    return WorkerRow(worker.id, badge, f"{say_duration(worker.silent_for)} ago", jobs)


def say_duration(length: timedelta) -> str:
    """Return a length of time in its largest fitting unit, in whole numbers."""
    seconds = max(int(length.total_seconds()), 0)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}{'' if seconds // size == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _list_facts(found: OperationsView) -> tuple[Fact, ...]:
    database, store, drift = found.database, found.store, found.drift
    about = "about " if store.is_estimate else ""
    compared = format_moment(drift.compared_at) if drift.compared_at else "nothing to compare yet"
    return (
        Fact("Database", f"PostgreSQL {database.version}, migration {database.schema}"),
        Fact("Database size", format_size(database.size)),
        Fact("Connections", f"{database.connections} of {database.most_connections}"),
        Fact("Files kept", f"{about}{store.contents:,} different, {format_size(store.size)}"),
        Fact("Mail going out", _say_outbox(found.mail), "/mails"),
        Fact("Mail coming in", _say_inbox(found.mail), "/mails#strays" if found.mail.strays else ""),
        Fact("Public places compared", compared, _DRIFT_PATH if drift.drifted else ""),
    )


def _say_outbox(mail: MailFacts) -> str:
    since = f", the oldest since {format_moment(mail.oldest_queued_at)}" if mail.oldest_queued_at else ""
    return f"{mail.queued} waiting{since}; {mail.failed} not sent"


def _say_inbox(mail: MailFacts) -> str:
    newest = f"newest {format_moment(mail.received_at)}" if mail.received_at else "none so far"
    return f"{newest}; {mail.strays} that answer no vote"
