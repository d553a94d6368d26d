# SPDX-License-Identifier: Apache-2.0
"""Jobs exist with their transaction, are done by whoever lives, and wait for each other where they must."""

import itertools
import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from atr.ports.jobs import Deadline, DeadlineKind, Job, JobKind
from tests.support.workers import (
    QUICK,
    Diary,
    list_jobs,
    open_outbox,
    wait_until,
    work_until_killed,
    working,
)

KIND = JobKind.WRITE_KEYS


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "diary")


@pytest.fixture
def victim(database_url: str, diary: Diary) -> Iterator[multiprocessing.process.BaseProcess]:
    """Return a worker in a process of its own."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work_until_killed, args=(database_url, diary.path))
    process.start()
    yield process
    process.kill()
    process.join()


def enqueue(engine: Engine, *arguments: str, lock: str | None = None, run_at: datetime | None = None) -> None:
    with open_outbox(engine)() as unit:
        for argument in arguments:
            unit.jobs.enqueue(Job(KIND, argument, lock, run_at))
        unit.commit()


def test_a_job_of_an_undone_transaction_never_existed(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    with open_outbox(engine)() as unit:
        unit.jobs.enqueue(Job(KIND, "undone"))
    assert list_jobs(engine) == []
    enqueue(engine, "kept")
    assert list_jobs(engine) == [("kept", "todo")]
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert diary.read() == ["kept"]


def test_an_open_transaction_keeps_its_jobs_to_itself(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    with working(database_url, diary), open_outbox(engine)() as unit:
        unit.jobs.enqueue(Job(KIND, "inside"))
        enqueue(engine, "outside")
        wait_until(lambda: diary.read() == ["outside"])
        unit.commit()
        wait_until(lambda: diary.read() == ["outside", "inside"])


def test_what_comes_too_early_comes_back_with_growing_pauses(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    enqueue(engine, "later 3")
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert diary.read() == ["later 3"] * 4
    moments = diary.read_moments()
    for pause, (before, after) in zip(QUICK.pauses, itertools.pairwise(moments), strict=False):
        assert after - before >= pause


def test_a_bug_is_tried_again_too(engine: Engine, database_url: str, diary: Diary) -> None:
    enqueue(engine, "broken 1")
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert diary.read() == ["broken 1"] * 2


def test_what_can_never_succeed_stays_failed_for_a_person_to_see(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    enqueue(engine, "invalid", "good")
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [("invalid", "failed")])
    assert sorted(diary.read()) == ["good", "invalid"]


def test_why_a_job_did_not_succeed_is_kept_but_not_what_a_bug_says(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    enqueue(engine, "invalid", "broken 99")
    with working(database_url, diary):
        wait_until(lambda: len(read_troubles(engine)) == 2)
    assert read_troubles(engine) == [
        "A fault of the program (RuntimeError): the log of the worker tells where.",
        "never",
    ]


def read_troubles(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(text("SELECT reason FROM job_troubles")).scalars())


def test_a_job_waits_for_its_moment(engine: Engine, database_url: str, diary: Diary) -> None:
    enqueue(engine, "tomorrow", run_at=datetime.now(UTC) + timedelta(days=1))
    enqueue(engine, "now")
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [("tomorrow", "todo")])
    assert diary.read() == ["now"]


def test_jobs_of_one_lock_run_in_order_and_never_together(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    names = [f"slow {number}" for number in range(6)]
    enqueue(engine, *names, lock="one")
    with working(database_url, diary), working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert diary.read() == [line for name in names for line in (name, f"{name} done")]


def test_jobs_without_a_lock_run_side_by_side(engine: Engine, database_url: str, diary: Diary) -> None:
    enqueue(engine, *(f"slow {number}" for number in range(3)))
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert not all(line.endswith("done") for line in diary.read()[1::2])


def test_a_job_under_way_gets_to_its_end_when_the_worker_stops(
    engine: Engine, database_url: str, diary: Diary
) -> None:
    enqueue(engine, "slow one")
    with working(database_url, diary):
        wait_until(lambda: diary.read() == ["slow one"])
    assert diary.read() == ["slow one", "slow one done"]
    assert list_jobs(engine) == []


def test_the_job_of_a_killed_worker_is_taken_over_without_help(
    engine: Engine, database_url: str, diary: Diary, victim: multiprocessing.process.BaseProcess
) -> None:
    enqueue(engine, "hang", lock="held")
    wait_until(lambda: diary.read() == ["hang"])
    enqueue(engine, "next", lock="held")
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert diary.read() == ["hang", "hang", "next"]


def test_a_job_that_often_came_too_early_is_taken_over_as_well(
    engine: Engine, database_url: str, diary: Diary, victim: multiprocessing.process.BaseProcess
) -> None:
    enqueue(engine, "hang")
    wait_until(lambda: diary.read() == ["hang"])
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    _change_jobs(engine, "SET attempts = 50 WHERE status = 'doing'")
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [])
    assert diary.read() == ["hang", "hang"]


def test_a_job_that_keeps_killing_workers_is_given_up(
    engine: Engine, database_url: str, diary: Diary, victim: multiprocessing.process.BaseProcess
) -> None:
    enqueue(engine, "die")
    victim.join()
    assert list_jobs(engine) == [("die", "doing")]
    _change_jobs(engine, "SET attempts = 100 WHERE status = 'doing'")
    with working(database_url, diary):
        wait_until(lambda: list_jobs(engine) == [("die", "failed")])
    assert diary.read() == ["die"]


def test_upkeep_that_died_hinders_no_other_upkeep(engine: Engine, database_url: str, diary: Diary) -> None:
    _add_dead_upkeep(engine)
    with working(database_url, diary):
        enqueue(engine, "after")
        wait_until(lambda: diary.read() == ["after"])
        _set_deadline(engine)
        wait_until(lambda: "demo/main/1.0#1" in diary.read())


def test_what_is_due_is_found_also_after_a_restart(engine: Engine, database_url: str, diary: Diary) -> None:
    with working(database_url, diary):
        pass
    _set_deadline(engine)
    with working(database_url, diary):
        wait_until(lambda: diary.read() == ["demo/main/1.0#1"])


def _set_deadline(engine: Engine) -> None:
    with open_outbox(engine)() as unit:
        unit.deadlines.set(Deadline(DeadlineKind.VOTE, "demo/main/1.0#1", datetime.now(UTC)))
        unit.commit()


def _change_jobs(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE procrastinate_jobs {change}"))


def _add_dead_upkeep(engine: Engine) -> None:
    """Add a turn of the upkeep whose worker is gone, and the next one, which waits."""
    insert = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, lock, status, args) "
        "VALUES ('upkeep', 'do_upkeep', 'upkeep', :name, :status, '{\"timestamp\": 0}')"
    )
    with engine.begin() as connection:
        for status, name in (("doing", "dead"), ("todo", "next")):
            connection.execute(text(insert), {"status": status, "name": name})
