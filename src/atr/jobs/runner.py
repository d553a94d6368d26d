# SPDX-License-Identifier: Apache-2.0
"""The worker: two loops over one database, errands beside the upkeep that must never wait for them."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from procrastinate import (
    App,
    BaseRetryStrategy,
    JobContext,
    PsycopgConnector,
    RetryDecision,
    exceptions,
    jobs,
)

from atr.domain.errors import DomainError, Invalid, NotFound
from atr.jobs.errands import prepare_errand
from atr.jobs.queue import ERRANDS, TASK_NAME, UPKEEP
from atr.jobs.upkeep import Upkeep
from atr.services.errand import Errand, Tools

_MOST_ATTEMPTS = 100
_MOST_QUICK_TAKEOVERS = 10
PrepareErrand = Callable[[str, str], Errand]  # from kind and argument
log = logging.getLogger("atr.worker")


@dataclass(frozen=True, slots=True)
class WorkerPace:
    """How many errands run side by side, how soon a dead worker is noticed, when to try again (seconds)."""

    concurrency: int = 2
    heartbeat: float = 5.0
    stalled_after: float = 20.0
    upkeep_every: int = 10
    look_every: float = 2.0
    pauses: tuple[float, ...] = (1, 2, 5, 15, 60, 300)

    def find_pause(self, attempts: int) -> float:
        """Return how long to wait after so many earlier attempts."""
        return self.pauses[min(attempts, len(self.pauses) - 1)]


@dataclass(frozen=True, slots=True)
class GrowingPauses(BaseRetryStrategy):
    """Come back after longer and longer pauses; what can never succeed is not tried again."""

    pace: WorkerPace

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        """Return when to try again, or None to leave the job failed for a person to see."""
        if isinstance(exception, Invalid | NotFound) or job.attempts >= _MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_at=_find_moment(self.pace.find_pause(job.attempts)))


def build_app(
    conninfo: str, tools: Tools, upkeep: Upkeep, pace: WorkerPace, prepare: PrepareErrand = prepare_errand
) -> App:
    """Return the procrastinate app with the one errand task and the upkeep that comes by the clock."""
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=pace.concurrency + 4))

    @app.task(name=TASK_NAME, queue=ERRANDS, retry=GrowingPauses(pace), pass_context=True)
    def run_errand(context: JobContext, kind: str, argument: str) -> None:
        try:
            prepare(kind, argument).run(tools)
        except Exception as error:  # the job runner: whatever it was, somebody wants to know why
            log.info("%s %s: %s", kind, argument, explain_trouble(error))
            _note_trouble(upkeep, context, error)
            raise

    @app.periodic(cron=f"* * * * * */{pace.upkeep_every}")
    @app.task(name="do_upkeep", queue=UPKEEP, queueing_lock="upkeep")
    async def do_upkeep(timestamp: int) -> None:  # noqa: ARG001 procrastinate's signature
        await take_over_stalled(app, pace)
        await asyncio.to_thread(upkeep.collect_due)

    # Among the errands: a sweep may take long, and neither deadlines nor take-overs wait for it.
    @app.periodic(cron="0 * * * *")
    @app.task(name="sweep_store", queue=ERRANDS, queueing_lock="sweep", lock="sweep")
    def sweep_store(timestamp: int) -> None:  # noqa: ARG001
        upkeep.sweep()

    return app


def explain_trouble(error: Exception) -> str:
    """Return why a job did not succeed; a bug is named and no more, as its words may hold anything."""
    if isinstance(error, DomainError):
        return str(error)
    return f"A fault of the program ({type(error).__name__}): the log of the worker tells where."


def _note_trouble(upkeep: Upkeep, context: JobContext, error: Exception) -> None:
    try:
        upkeep.note_trouble(context.job.id or 0, explain_trouble(error))
    except DomainError as complaint:  # the job itself matters more than its record
        log.warning("why job %s did not succeed was not kept: %s", context.job.id, complaint)


async def take_over_stalled(app: App, pace: WorkerPace) -> None:
    """Give the jobs of workers that have not been heard of for a while to the living."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.stalled_after):
        try:
            await _take_over(app, job, pace)
        except exceptions.ConnectorException as error:
            # It came to its end meanwhile; the others must not wait for this one.
            log.info("job %s needs no taking over: %s", job.id, error)


async def _take_over(app: App, job: jobs.Job, pace: WorkerPace) -> None:
    """Queue the job again; one that keeps killing workers is in the end left for a person to see."""
    if job.task_name != TASK_NAME:
        # It comes back by the clock, and its next turn may be waiting under the same queueing lock.
        await app.job_manager.finish_job(job, status=jobs.Status.FAILED, delete_job=True)
    elif job.attempts >= _MOST_ATTEMPTS:
        log.error("job %s is given up: worker after worker died of it", job.id)
        await app.job_manager.finish_job(job, status=jobs.Status.FAILED, delete_job=False)
    else:
        log.warning("job %s of a dead worker is taken over", job.id)
        # Earlier attempts count too that only came too early, so many of them are no reason to give up.
        pause = 0.0 if job.attempts < _MOST_QUICK_TAKEOVERS else pace.find_pause(job.attempts)
        await app.job_manager.retry_job(job, retry_at=_find_moment(pause))


def _find_moment(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def run_worker(app: App, pace: WorkerPace, *, stop: asyncio.Event) -> None:
    """Work until `stop` is set; jobs under way get to their end."""
    async with app.open_async():
        errands = _run_loop(app, pace, ERRANDS, pace.concurrency)
        upkeep = _run_loop(app, pace, UPKEEP, 1)
        loops = [asyncio.create_task(errands), asyncio.create_task(upkeep)]
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (*loops, stopping):
            task.cancel()
        results = await asyncio.gather(*loops, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _run_loop(app: App, pace: WorkerPace, queue: str, concurrency: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=concurrency,
        install_signal_handlers=False,
        update_heartbeat_interval=pace.heartbeat,
        stalled_worker_timeout=pace.stalled_after,
        fetch_job_polling_interval=pace.look_every,
        # What one upkeep could not do, the next one does; an errand that failed is for a person to see.
        delete_jobs="always" if queue == UPKEEP else "successful",
    )


def serve_until_signal(start: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> None:
    """Run the coroutine made by `start` until SIGTERM or SIGINT sets its event."""

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await start(stop)

    asyncio.run(run())
