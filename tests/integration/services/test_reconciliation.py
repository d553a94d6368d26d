# SPDX-License-Identifier: Apache-2.0
"""Reconciling: whatever a crash or a restored backup left undone is asked for again."""

from datetime import timedelta

import pytest

from atr.domain.coordinates import Coordinate
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.release import Release
from atr.ports.jobs import DeadlineKind, JobKind
from atr.ports.unit_of_work import OpenUnit
from atr.services.announcements import Announce
from atr.services.door import Door
from atr.services.reconciliation import Reconcile
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from tests.support.door import NOON, RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.publishing import approve_release, finish_release, publish_voted, settle_jobs
from tests.support.voting import FILES, KEY, Bench, StoreFiles, make_bench, seal_release, start_vote


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def reconcile(bench: Bench) -> dict[JobKind, list[str]]:
    """Return what is asked for as if every queued job had been lost."""
    bench.queue.forget()
    bench.tools.door.keep(Reconcile())
    return {kind: bench.queue.list_arguments(kind) for kind in JobKind if bench.queue.list_arguments(kind)}


def test_the_keys_file_of_every_project_is_written_again(bench: Bench) -> None:
    make_project(bench.tools.door, "other")
    assert reconcile(bench) == {JobKind.WRITE_KEYS: ["demo", "other"]}


def test_an_examination_that_was_lost_is_asked_for(bench: Bench) -> None:
    door, rm = bench.tools.door, act_as(bench.tools.door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    assert JobKind.EVALUATE_REVISION not in reconcile(bench)
    door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles(FILES))))
    assert reconcile(bench)[JobKind.EVALUATE_REVISION] == ["demo/main/1.0@1"]


def test_a_finished_examination_is_left_alone(bench: Bench) -> None:
    seal_release(bench.tools.door)
    assert JobKind.EVALUATE_REVISION not in reconcile(bench)


def test_mail_that_has_not_left_is_sent(bench: Bench) -> None:
    seal_release(bench.tools.door)
    start_vote(bench.tools.door)
    assert len(reconcile(bench)[JobKind.SEND_MAIL]) == 1
    bench.work_off(JobKind.SEND_MAIL)
    assert JobKind.SEND_MAIL not in reconcile(bench)


def test_the_deadline_of_an_open_vote_is_set_again(bench: Bench, open_unit: OpenUnit) -> None:
    seal_release(bench.tools.door)
    vote = start_vote(bench.tools.door)
    assert vote.deadline_at is not None
    with open_unit() as unit:
        unit.deadlines.clear(DeadlineKind.VOTE, "demo/main/1.0#1")
        unit.deadlines.clear(DeadlineKind.REMINDER, "demo/main/1.0#1")
        unit.commit()
    reconcile(bench)
    with open_unit() as unit:
        assert [each.subject for each in unit.deadlines.list_due(vote.deadline_at)] == ["demo/main/1.0#1"]
        assert unit.deadlines.list_due(vote.deadline_at - timedelta(seconds=1)) == ()


def test_a_publication_that_was_lost_is_made(bench: Bench) -> None:
    approve_release(bench)
    assert reconcile(bench)[JobKind.PUBLISH_RELEASE] == ["demo/main/1.0"]


def test_published_files_that_are_gone_come_back(bench: Bench) -> None:
    finish_release(bench)
    published = bench.tools.published
    file = Coordinate.of(Stage.CURRENT, KEY, FilePath("demo-1.0.tar.gz"))
    published.withdraw(Stage.CURRENT, KEY)
    with pytest.raises(NotFound):
        published.open(file)
    assert reconcile(bench)[JobKind.PUBLISH_RELEASE] == ["demo/main/1.0"]
    settle_jobs(bench)
    assert published.open(file).size == len(FILES["demo-1.0.tar.gz"])


def test_an_approved_announcement_goes_on(bench: Bench) -> None:
    publish_voted(bench)
    assert JobKind.ANNOUNCE_RELEASE not in reconcile(bench)
    bench.tools.door.perform(act_as(bench.tools.door, "rm"), Announce(KEY))
    assert reconcile(bench)[JobKind.ANNOUNCE_RELEASE] == ["demo/main/1.0"]


def test_one_release_that_may_not_be_published_holds_nothing_up(bench: Bench, open_unit: OpenUnit) -> None:
    odd = ReleaseKey.parse("demo/0.9")
    with open_unit() as unit:
        unit.releases.add(Release(odd, Phase.DISTRIBUTE, NOON, "rm", NOON))
        unit.commit()
    approve_release(bench)
    assert set(reconcile(bench)[JobKind.PUBLISH_RELEASE]) == {"demo/main/0.9", "demo/main/1.0"}


def test_more_releases_than_one_page_are_all_looked_at(bench: Bench) -> None:
    door, rm = bench.tools.door, act_as(bench.tools.door, "rm")
    digests = door.keep(StoreFiles(FILES))
    keys = [ReleaseKey.parse(f"demo/1.{number}") for number in range(1, 203)]
    for key in keys:
        door.perform(rm, CreateRelease(key.line, key.version))
    for key in (keys[0], keys[-1]):
        door.perform(rm, AddRevision(key, 0, digests))
    asked = reconcile(bench)[JobKind.EVALUATE_REVISION]
    assert sorted(asked) == ["demo/main/1.1@1", "demo/main/1.202@1"]
