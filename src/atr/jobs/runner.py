# SPDX-License-Identifier: Apache-2.0
"""The worker: two loops over one database, errands beside the upkeep that must never wait for them."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, jobs

from atr.domain.errors import DomainError, Invalid, NotFound
from atr.jobs.errands import prepare_errand
from atr.jobs.queue import ERRANDS, TASK_NAME, UPKEEP
from atr.jobs.upkeep import Upkeep
from atr.services.errand import Tools

_LONGEST_PAUSE_SECONDS = 300
_MOST_ATTEMPTS = 100
_MOST_TAKEOVERS = 10
_FIRST_PAUSES_SECONDS = (1, 2, 5, 15, 60)
log = logging.getLogger("atr.worker")


@dataclass(frozen=True, slots=True)
class WorkerPace:
    """How many errands run side by side, and how soon a dead worker is noticed (seconds)."""

    concurrency: int = 2
    heartbeat: float = 5.0
    stalled_after: float = 20.0
    upkeep_every: int = 10


class GrowingPauses(BaseRetryStrategy):
    """Come back after 1, 2, 5, 15, 60, then 300 seconds; what can never succeed is not tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        """Return when to try again, or None to leave the job failed for a person to see."""
        if isinstance(exception, Invalid | NotFound) or job.attempts >= _MOST_ATTEMPTS:
            return None
        known = job.attempts < len(_FIRST_PAUSES_SECONDS)
        pause = _FIRST_PAUSES_SECONDS[job.attempts] if known else _LONGEST_PAUSE_SECONDS
        return RetryDecision(retry_in={"seconds": pause})


def build_app(conninfo: str, tools: Tools, upkeep: Upkeep, pace: WorkerPace) -> App:
    """Return the procrastinate app with the one errand task and the upkeep that comes by the clock."""
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=pace.concurrency + 4))

    @app.task(name=TASK_NAME, queue=ERRANDS, retry=GrowingPauses())
    def run_errand(kind: str, argument: str) -> None:
        try:
            prepare_errand(kind, argument).run(tools)
        except DomainError as error:
            log.info("%s %s: %s", kind, argument, error)
            raise

    @app.periodic(cron=f"* * * * * */{pace.upkeep_every}")
    @app.task(name="do_upkeep", queue=UPKEEP, queueing_lock="upkeep")
    async def do_upkeep(timestamp: int) -> None:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.stalled_after):
            await take_over(app, job)
        await asyncio.to_thread(upkeep.run, timestamp)

    return app


async def take_over(app: App, job: jobs.Job) -> None:
    """Give a dead worker's job to the living; one that keeps killing workers is left for a person to see."""
    if job.attempts >= _MOST_TAKEOVERS:
        log.error("job %s is given up: worker after worker died of it", job.id)
        await app.job_manager.finish_job(job, status=jobs.Status.FAILED, delete_job=False)
    else:
        log.warning("job %s of a dead worker is taken over", job.id)
        await app.job_manager.retry_job(job)


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
        delete_jobs="successful",
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
