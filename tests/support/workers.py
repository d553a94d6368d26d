# SPDX-License-Identifier: Apache-2.0
"""Real workers over a test's own database, with errands that write down what happens to them."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, cast

from sqlalchemy import Connection, Engine, text

from atr.db.engine import create_engine, write_conninfo
from atr.db.unit_of_work import DatabaseUnit
from atr.domain.errors import Invalid
from atr.jobs.queue import Outbox
from atr.jobs.runner import WorkerPace, build_app, run_worker
from atr.jobs.upkeep import Upkeep
from atr.ports.jobs import Job
from atr.ports.unit_of_work import OpenUnit, UnitOfWork
from atr.services.door import Door
from atr.services.errand import Errand, Tools, TryLater
from atr.services.surroundings import Surroundings

PATIENCE_SECONDS = 60.0
QUICK = WorkerPace(
    concurrency=3, heartbeat=0.3, stalled_after=1.5, upkeep_every=1, look_every=0.1, pauses=(0.1, 0.3, 0.6)
)


@dataclass(frozen=True, slots=True)
class Diary:
    """A file to which errands of all processes add lines."""

    path: Path

    def write(self, line: str) -> None:
        """Add a line with the moment."""
        with self.path.open("a") as file:
            file.write(f"{time.monotonic()} {line}\n")

    def read(self) -> list[str]:
        """Return the lines in order."""
        return [line.partition(" ")[2] for line in self._read_lines()]

    def read_moments(self) -> list[float]:
        """Return when each line was written (seconds)."""
        return [float(line.partition(" ")[0]) for line in self._read_lines()]

    def _read_lines(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []


@dataclass(frozen=True, slots=True)
class DiaryErrand(Errand):
    """Writes its name down; the first word of it says what else it does."""

    diary: Diary
    name: str

    @classmethod
    def parse(cls, argument: str) -> Self:
        raise Invalid.field("argument", argument)

    def run(self, tools: Tools) -> None:  # noqa: ARG002
        earlier = self.diary.read().count(self.name)
        self.diary.write(self.name)
        match self.name.split():
            case ["later", times, *_] if earlier < int(times):
                raise TryLater("Not yet.")
            case ["invalid", *_]:
                raise Invalid.field("argument", "never")
            case ["broken", times, *_] if earlier < int(times):
                raise RuntimeError("bug")
            case ["slow", *_]:
                time.sleep(0.15)
                self.diary.write(f"{self.name} done")
            case ["hang", *_] if earlier == 0:
                time.sleep(600)
            case ["die", *_]:
                os._exit(9)
            case _:
                pass


def open_outbox(engine: Engine) -> OpenUnit:
    """Return the way to begin transactions whose jobs are real rows."""
    outbox = Outbox()

    def enqueue(connection: Connection, job: Job) -> None:
        outbox.enqueue(connection.connection.driver_connection, job)

    return lambda: cast("UnitOfWork", DatabaseUnit(engine, enqueue))


def make_door(engine: Engine) -> Door:
    """Return a door for bookkeeping, by the machine's clock."""
    return Door(open_outbox(engine), lambda: datetime.now(UTC), cast("Surroundings", None))


@contextmanager
def working(
    url: str, diary: Diary, pace: WorkerPace = QUICK, sweep: Callable[[], int] = lambda: 0
) -> Iterator[None]:
    """Run a worker beside the test; it is stopped as by SIGTERM."""
    engine = create_engine(url, application="worker")
    app = build_app(
        write_conninfo(url),
        cast("Tools", None),
        Upkeep(make_door(engine), sweep),
        pace,
        lambda _kind, argument: DiaryErrand(diary, argument),
    )
    stop = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await run_worker(app, pace, stop=stop)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield
    finally:
        wait_until(lambda: bool(loops))
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
        engine.dispose()


def work_until_killed(url: str, diary: Path) -> None:
    """Work in a process of its own, which the test kills."""
    with working(url, Diary(diary)):
        time.sleep(PATIENCE_SECONDS)


def wait_until(is_true: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Wait for something that comes about in another thread or process."""
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def list_jobs(engine: Engine, queue: str = "errands") -> list[tuple[str, str]]:
    """Return argument and status of each job there is, but for the sweep that comes on the hour."""
    statement = text(
        "SELECT args->>'argument', status::text FROM procrastinate_jobs"
        " WHERE queue_name = :queue AND task_name <> 'sweep_store' ORDER BY id"
    )
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(statement, {"queue": queue})]
