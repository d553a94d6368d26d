# SPDX-License-Identifier: Apache-2.0
"""Looking into packages: asked for when a candidate is sealed, done once a content."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.people import SERVICE
from atr.jobs.errands import prepare_errand
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.packages import ListUnreadPackages, ReadPackages
from atr.services.reconciliation import Reconcile
from atr.services.surroundings import Surroundings
from tests.support.candidates import LAYOUT, WHEEL, make_files, seal_packages
from tests.support.door import RecordedQueue
from tests.support.playground import make_project
from tests.support.voting import KEY, Bench, make_bench, seal_release

ARGUMENT = "demo/main/1.0@1"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def list_unread(door: Door) -> set[str]:
    return {entry.path for entry in door.ask(SERVICE, ListUnreadPackages(KEY, 1)).values()}


def test_sealing_a_candidate_asks_for_a_look_into_its_packages(bench: Bench) -> None:
    files = make_files()
    seal_release(bench.tools.door, KEY, files)
    assert bench.queue.list_arguments(JobKind.READ_PACKAGES) == [ARGUMENT]
    assert {WHEEL, LAYOUT} < list_unread(bench.tools.door)
    assert f"{WHEEL}.asc" not in list_unread(bench.tools.door)


def test_what_was_looked_into_is_not_read_again(bench: Bench) -> None:
    seal_packages(bench, {**make_files(), "broken.tgz": b"no archive"})
    assert list_unread(bench.tools.door) == set()
    ReadPackages(KEY, 1).run(bench.tools)


def test_reconciling_asks_again(bench: Bench) -> None:
    seal_release(bench.tools.door, KEY, make_files())
    bench.queue.forget()
    bench.tools.door.keep(Reconcile())
    assert bench.queue.list_arguments(JobKind.READ_PACKAGES) == [ARGUMENT]


def test_the_job_is_named_by_the_revision() -> None:
    assert prepare_errand("read packages", ARGUMENT) == ReadPackages(KEY, 1)
    with pytest.raises(Invalid):
        prepare_errand("read packages", "demo/main/1.0@x")
