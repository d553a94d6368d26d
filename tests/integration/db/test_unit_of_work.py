# SPDX-License-Identifier: Apache-2.0
"""A unit of work is one transaction, and its faults are explained."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from atr.db.unit_of_work import DatabaseUnit
from atr.domain.errors import Conflict, OutOfSpace
from atr.domain.names import ProjectKey, UserId
from atr.domain.people import Person
from atr.domain.project import Project
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.effects import KeptReply
from atr.ports.unit_of_work import OpenUnit
from tests.support.door import NOON, RecordedQueue

ZOE = Person(UserId("zoe"), "Zoe")
REPLY = KeptReply("digest", 201, b"{}", (("location", "/x"), ("etag", '"1"')))
JOB = Job(JobKind.WRITE_KEYS, "demo")
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '{}'; END $$"


def test_what_is_committed_stays_with_its_jobs(open_unit: OpenUnit, queue: RecordedQueue) -> None:
    with open_unit() as unit:
        unit.people.save(ZOE)
        unit.jobs.enqueue(JOB)
        unit.commit()
    with open_unit() as unit:
        assert unit.people.find(ZOE.id) == ZOE
    assert queue.jobs == [JOB]


def test_what_is_not_committed_is_undone_with_its_jobs(open_unit: OpenUnit, queue: RecordedQueue) -> None:
    with open_unit() as unit:
        unit.people.save(ZOE)
        unit.jobs.enqueue(JOB)
    with open_unit() as unit:
        assert unit.people.find(ZOE.id) is None
    assert queue.jobs == []


@pytest.mark.parametrize(("code", "kind"), [("53100", OutOfSpace), ("40P01", Conflict), ("40001", Conflict)])
def test_faults_of_the_database_are_explained(engine: Engine, code: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), DatabaseUnit(engine, lambda _connection, _job: None) as unit:
        unit._connection.execute(text(RAISE.format(code)))


def test_faults_of_ours_stay_visible(engine: Engine) -> None:
    with pytest.raises(ProgrammingError), DatabaseUnit(engine, lambda _connection, _job: None) as unit:
        unit._connection.execute(text("SELECT * FROM nowhere"))


def test_of_two_changes_at_the_same_time_one_wins(open_unit: OpenUnit) -> None:
    key = ProjectKey("demo")
    with open_unit() as unit:
        unit.projects.add(Project(key, "Demo"))
        unit.commit()
    both_have_read, results = threading.Barrier(2), list[str]()

    def change(name: str) -> None:
        with open_unit() as unit:
            project = unit.projects.find(key)
            assert project is not None
            both_have_read.wait(timeout=10)
            try:
                unit.projects.save(replace(project, name=name))
                unit.commit()
                results.append(name)
            except Conflict:
                results.append("conflict")

    threads = [threading.Thread(target=change, args=(name,)) for name in ("A", "B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_unit() as unit:
        project = unit.projects.find(key)
    assert project is not None
    assert sorted(results) == [project.name, "conflict"]
    assert project.edition == 2


def test_a_reply_is_kept_once_for_each_party(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        unit.replies.keep("alice", "key", REPLY, NOON)
        unit.replies.keep("bob", "key", REPLY, NOON)
        unit.commit()
    with open_unit() as unit:
        assert unit.replies.find("alice", "key") == REPLY
        assert unit.replies.find("carol", "key") is None
        with pytest.raises(Conflict, match="A request with this Idempotency-Key is being answered"):
            unit.replies.keep("alice", "key", REPLY, NOON)


def test_old_replies_are_forgotten(open_unit: OpenUnit) -> None:
    with open_unit() as unit:
        unit.replies.keep("alice", "old", REPLY, NOON - timedelta(days=1))
        unit.replies.keep("alice", "new", REPLY, NOON)
        assert unit.replies.forget_older(NOON) == 1
        assert unit.replies.find("alice", "new") == REPLY
