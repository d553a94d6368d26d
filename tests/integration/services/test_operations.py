# SPDX-License-Identifier: Apache-2.0
"""What operators see of the machinery, and having jobs tried again."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from atr.domain.errors import Denied, NotFound, NotSignedIn, Refused
from atr.domain.names import ReleaseKey
from atr.domain.operations import JobState, WorkerRecord
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.operations import NoteTrouble, RetryJob, ShowOperations
from tests.support.door import NOON
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import seal_release, start_vote


def add_job(engine: Engine, status: str = "todo", argument: str = "demo", **columns: object) -> int:
    """Return the number of a job in that state."""
    values = {"attempts": 0, "scheduled_at": None, "worker_id": None, "queueing_lock": None} | columns
    statement = text(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, scheduled_at, "
        " worker_id, queueing_lock) VALUES ('errands', 'run_errand',"
        " jsonb_build_object('kind', 'write keys', 'argument', CAST(:argument AS text)),"
        " CAST(:status AS procrastinate_job_status), :attempts, CAST(:scheduled_at AS timestamptz), "
        " :worker_id, :queueing_lock) RETURNING id"
    )
    with engine.begin() as connection:
        given = values | {"status": status, "argument": argument}
        return int(connection.execute(statement, given).scalar_one())


def add_worker(engine: Engine, silent: float = 0) -> int:
    """Return the number of a worker that was heard of so many seconds ago."""
    statement = text(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :age))"
        " RETURNING id"
    )
    with engine.begin() as connection:
        return int(connection.execute(statement, {"age": silent}).scalar_one())


def find_status(engine: Engine, job: int) -> tuple[str, bool]:
    """Return the state in the queue, and whether the job is due."""
    statement = text(
        "SELECT status::text, coalesce(scheduled_at <= now(), true) FROM procrastinate_jobs WHERE id = :job"
    )
    with engine.connect() as connection:
        status, is_due = connection.execute(statement, {"job": job}).one()
        return status, is_due


def test_workers_are_told_alive_by_when_they_were_heard_of(door: Door, engine: Engine) -> None:
    alive, dead = add_worker(engine), add_worker(engine, silent=3600)
    jobs = tuple(add_job(engine, "doing", worker_id=alive) for _ in range(2))
    view = door.ask(OPERATOR, ShowOperations())
    assert [(each.id, each.jobs, each.is_alive(view.stalled_after)) for each in view.workers] == [
        (alive, jobs, True),
        (dead, (), False),
    ]
    assert view.alive == 1
    assert not WorkerRecord(1, timedelta(seconds=20)).is_alive(timedelta(seconds=20))


def test_jobs_are_counted_by_what_they_wait_for(door: Door, engine: Engine) -> None:
    alive, dead = add_worker(engine), add_worker(engine, silent=3600)
    add_job(engine)
    add_job(engine, scheduled_at="2999-01-01")
    add_job(engine, attempts=2)
    add_job(engine, "doing", worker_id=alive)
    add_job(engine, "doing", worker_id=dead)
    add_job(engine, "doing")
    add_job(engine, "failed")
    add_job(engine, "succeeded")
    counts = {each.state: each.number for each in door.ask(OPERATOR, ShowOperations()).counts}
    assert counts == dict.fromkeys(JobState, 1) | {JobState.STUCK: 2}


def test_what_needs_a_person_comes_first_with_its_reason(door: Door, engine: Engine) -> None:
    again = add_job(engine, attempts=1, argument="again")
    stuck = add_job(engine, "doing", argument="stuck")
    failed = add_job(engine, "failed", argument="failed", attempts=3)
    add_job(engine, argument="fine")
    door.keep(NoteTrouble(failed, "The first reason."))
    door.keep(NoteTrouble(failed, "The registry " + "said no. " * 1000))
    door.keep(NoteTrouble(999, "Of a job that is done."))
    troubled = door.ask(OPERATOR, ShowOperations()).troubled
    assert [(each.id, each.argument, each.state) for each in troubled] == [
        (failed, "failed", JobState.FAILED),
        (stuck, "stuck", JobState.STUCK),
        (again, "again", JobState.AGAIN),
    ]
    first = troubled[0]
    assert (first.kind, first.queue, first.attempts, first.reason_at) == ("write keys", "errands", 3, NOON)
    assert first.reason.startswith("The registry said no.")
    assert len(first.reason) == 2000
    assert troubled[2].since_at is not None


def test_the_reason_goes_with_its_job(door: Door, engine: Engine) -> None:
    job = add_job(engine, "failed")
    door.keep(NoteTrouble(job, "No."))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        assert connection.execute(text("SELECT count(*) FROM job_troubles")).scalar() == 0


@pytest.mark.parametrize(
    ("status", "columns"),
    [("failed", {}), ("doing", {}), ("todo", {"attempts": 4, "scheduled_at": "2999-01-01"})],
)
def test_a_job_is_tried_again_at_once_and_it_is_on_record(
    door: Door, engine: Engine, status: str, columns: dict[str, object]
) -> None:
    root = add_person(door, "root", sysadmin=True)
    job = add_job(engine, status, "demo", **columns)
    assert door.perform(root, RetryJob(job)).id == job
    assert find_status(engine, job) == ("todo", True)
    event = door.ask(root, ListEvents(EventFilter(), PageRequest(1))).items[0].event
    assert (event.name, event.actor, event.subject.kind, event.subject.name) == (
        "job.retried",
        "root",
        "job",
        str(job),
    )
    assert (event.details["kind"], event.details["argument"]) == ("write keys", "demo")


def test_a_job_that_runs_or_is_done_is_left_alone(door: Door, engine: Engine) -> None:
    running = add_job(engine, "doing", worker_id=add_worker(engine))
    with pytest.raises(Refused, match=f"Job {running} is running and needs no other try"):
        door.perform(OPERATOR, RetryJob(running))
    with pytest.raises(NotFound):
        door.perform(OPERATOR, RetryJob(add_job(engine, "succeeded")))
    with pytest.raises(NotFound):
        door.perform(OPERATOR, RetryJob(9_999))


def test_work_that_waits_already_is_not_queued_twice(door: Door, engine: Engine) -> None:
    failed = add_job(engine, "failed", queueing_lock="sweep")
    add_job(engine, queueing_lock="sweep")
    with pytest.raises(Refused, match="The same work waits already"):
        door.perform(OPERATOR, RetryJob(failed))
    assert find_status(engine, failed)[0] == "failed"


def test_only_sysadmins_see_and_do_this(door: Door, engine: Engine) -> None:
    make_project(door)
    job = add_job(engine, "failed")
    for asked in (ShowOperations(), RetryJob(job)):
        act = door.ask if isinstance(asked, ShowOperations) else door.perform
        with pytest.raises(Denied, match="Only sysadmins"):
            act(act_as(door, "alice"), asked)  # type: ignore[arg-type]
        with pytest.raises(NotSignedIn):
            act(ANONYMOUS, asked)  # type: ignore[arg-type]


def test_database_store_and_mail_are_measured(door: Door, engine: Engine) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    view = door.ask(OPERATOR, ShowOperations())
    assert view.database.size > 1_000_000
    assert 0 < view.database.connections <= view.database.most_connections
    assert view.database.schema.isdigit()
    assert (view.store.contents > 0, view.store.size > 0, view.store.is_estimate) == (True, True, False)
    assert (view.mail.queued, view.mail.failed, view.mail.oldest_queued_at) == (1, 0, NOON)
    assert (view.mail.received_at, view.mail.strays) == (None, 0)
    assert (view.drift.drifted, view.drift.compared_at) == (0, None)


def test_a_very_large_store_is_estimated(door: Door, engine: Engine) -> None:
    make_project(door)
    seal_release(door, ReleaseKey.parse("demo/1.0"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE pg_class SET reltuples = 300000 WHERE relname = 'contents'"))
    store = door.ask(OPERATOR, ShowOperations()).store
    assert (store.contents, store.is_estimate) == (300_000, True)
