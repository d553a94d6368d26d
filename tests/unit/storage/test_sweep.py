# SPDX-License-Identifier: Apache-2.0
"""The orphan sweep, alone and against somebody who stores or names the same bytes.

A memory store whose every operation can be a meeting point lets one party run in full between any two
operations of the other: every such interleaving is tried.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread

import obstore
import pytest
from obstore.store import MemoryStore

from atr.domain.artifact import Digest
from atr.domain.errors import NotFound
from atr.storage.blobs import BlobStore
from atr.storage.claims import PATIENCE_SECONDS, SWEEP_SECONDS
from atr.storage.digesting import hash_chunks
from atr.storage.sweep import BlobSweep

GRACE = timedelta(hours=1)
BYTES = b"disputed"
DIGEST = hash_chunks([BYTES]).sha512
MANY = 6  # a sweep that deletes something makes more operations than this
OPERATIONS = ("put", "head", "list", "delete", "get")


def later() -> datetime:
    """Return a moment at which everything stored so far, and nothing stored from now on, is old."""
    time.sleep(0.01)  # files are dated by a clock that ticks every 4 ms
    now = datetime.now(UTC)
    time.sleep(0.01)
    return now + GRACE


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(MemoryStore(), tmp_path)


class Meeting:
    """Calls back once, right before the nth operation on any store."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.happened = False
        self._left = 0
        self._meet: Callable[[], object] = lambda: None
        for name in OPERATIONS:
            monkeypatch.setattr(obstore, name, self._watch(getattr(obstore, name)))

    def arm(self, at: int, meet: Callable[[], object]) -> None:
        self.happened, self._left, self._meet = False, at, meet

    def _watch(self, operation: Callable[..., object]) -> Callable[..., object]:
        def watched(*args: object, **options: object) -> object:
            self._left -= 1
            if self._left == 0:
                self.happened = True
                self._meet()
            return operation(*args, **options)

        return watched


def test_what_nothing_names_is_deleted_after_the_grace_period(blobs: BlobStore) -> None:
    named, orphan = blobs.put([b"named"]), blobs.put([b"orphan"])
    report = BlobSweep(blobs).run(lambda: [named.sha512], GRACE, later())
    assert (report.examined, report.deleted, report.freed_bytes) == (2, (orphan.sha512,), 6)
    assert blobs.has(named.sha512)
    assert not blobs.has(orphan.sha512)


def test_what_is_younger_than_the_grace_period_stays(blobs: BlobStore) -> None:
    blobs.put([b"young"])
    assert BlobSweep(blobs).run(list, GRACE, datetime.now(UTC)).deleted == ()


@pytest.mark.parametrize("again", ["put", "touch"])
def test_what_was_stored_or_touched_again_stays(blobs: BlobStore, again: str) -> None:
    digest = blobs.put([b"old"]).sha512
    now = later()
    if again == "put":
        blobs.put([b"old"])
    else:
        blobs.touch(digest)
    assert BlobSweep(blobs).run(list, GRACE, now).deleted == ()
    assert BlobSweep(blobs).run(list, GRACE, later()).deleted == (digest,)


def test_references_are_read_after_the_listing(blobs: BlobStore) -> None:
    blobs.put([b"first"])
    now = later()

    def read_references() -> Iterator[Digest]:
        yield blobs.put([b"first"]).sha512

    assert BlobSweep(blobs).run(read_references, GRACE, now).deleted == ()


def test_a_sweep_that_grows_too_slow_leaves_the_rest_for_the_next_one(blobs: BlobStore) -> None:
    for number in range(3):
        blobs.put([b"%d" % number])
    ticks = itertools.count(0.0, SWEEP_SECONDS / 2)
    slow = BlobSweep(blobs, monotonic=lambda: next(ticks))
    assert len(slow.run(list, GRACE, later()).deleted) == 2
    assert len(BlobSweep(blobs).run(list, GRACE, later()).deleted) == 1


def test_claims_and_broken_off_files_are_tidied_away(blobs: BlobStore, tmp_path: Path) -> None:
    digest = blobs.put([b"x"]).sha512
    blobs.touch(digest)
    (tmp_path / "broken-off").write_bytes(b"half")
    BlobSweep(blobs).run(lambda: [digest], GRACE, later())
    assert [meta["path"] for batch in obstore.list(blobs.store) for meta in batch] == [blobs.key(digest)]
    assert list(tmp_path.iterdir()) == []


def test_the_intent_of_a_dead_sweep_is_waited_for_only_so_long(blobs: BlobStore) -> None:
    waited: list[float] = []
    blobs.claims._pause = waited.append
    digest = blobs.put([b"x"]).sha512
    with blobs.claims.intend([digest]):
        blobs.touch(digest)
    assert sum(waited) == pytest.approx(PATIENCE_SECONDS, abs=1)


def put_and_name(blobs: BlobStore, named: list[Digest]) -> None:
    named.append(blobs.put([BYTES]).sha512)


def touch_and_name(blobs: BlobStore, named: list[Digest]) -> None:
    try:
        blobs.touch(DIGEST)
    except NotFound:
        return  # gone: the bytes have to be sent again, and nothing is named
    named.append(DIGEST)


def start_and_wait(thread: Thread) -> None:
    thread.start()
    thread.join(0.1)  # it may have to wait for whoever calls this


NAMING = pytest.mark.parametrize("name_bytes", [put_and_name, touch_and_name])


@NAMING
def test_naming_bytes_in_the_middle_of_a_sweep_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name_bytes: Callable[[BlobStore, list[Digest]], None]
) -> None:
    meeting = Meeting(monkeypatch)
    for at in itertools.count(1):
        blobs, named = BlobStore(MemoryStore(), tmp_path), list[Digest]()
        blobs.put([BYTES])
        now = later()
        namer = Thread(target=name_bytes, args=(blobs, named))
        meeting.arm(at, partial(start_and_wait, namer))
        BlobSweep(blobs).run(lambda: tuple(named), GRACE, now)  # noqa: B023
        if not meeting.happened:
            break
        namer.join()
        assert all(blobs.has(digest) for digest in named), f"lost before operation {at}"
    assert at > MANY


@NAMING
@pytest.mark.parametrize("present", [True, False])
def test_a_sweep_in_the_middle_of_naming_bytes_keeps_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    present: bool,
    name_bytes: Callable[[BlobStore, list[Digest]], None],
) -> None:
    meeting = Meeting(monkeypatch)
    for at in itertools.count(1):
        blobs, named = BlobStore(MemoryStore(), tmp_path), list[Digest]()
        blobs.put([BYTES if present else b"something else"])
        sweep, now = BlobSweep(blobs), later()
        meeting.arm(at, lambda: sweep.run(lambda: tuple(named), GRACE, now))  # noqa: B023
        name_bytes(blobs, named)
        if not meeting.happened:
            break
        assert all(blobs.has(digest) for digest in named), f"lost before operation {at}"
    assert at > 1
