# SPDX-License-Identifier: Apache-2.0
"""The orphan sweep, alone and against somebody who stores or names the same bytes.

The operations of a memory store are interleaved on purpose: every way in which two parties can take turns
three times is tried.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Condition, Thread, current_thread

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
PARTIES = ("sweep", "namer")
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


def test_what_is_stored_again_while_references_are_read_stays(blobs: BlobStore) -> None:
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


class Turns:
    """Lets two threads make so many store operations each in turn, then lets both run freely."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._changed = Condition()
        self._schedule: list[tuple[str, int]] = []
        for name in OPERATIONS:
            monkeypatch.setattr(obstore, name, self._watch(getattr(obstore, name)))

    def run(self, schedule: list[tuple[str, int]], parties: dict[str, Callable[[], object]]) -> None:
        self._schedule = schedule
        threads = [Thread(target=self._play, args=(act,), name=name) for name, act in parties.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _play(self, act: Callable[[], object]) -> None:
        act()
        with self._changed:
            self._schedule = []
            self._changed.notify_all()

    def _watch(self, operation: Callable[..., object]) -> Callable[..., object]:
        def watched(*args: object, **options: object) -> object:
            with self._changed:
                self._changed.wait_for(lambda: not self._schedule or self._schedule[0][0] == own_name())
                if self._schedule:
                    name, left = self._schedule.pop(0)
                    self._schedule[:0] = [(name, left - 1)] if left > 1 else []
                self._changed.notify_all()
                return operation(*args, **options)

        def own_name() -> str:
            name = current_thread().name
            return name if name in PARTIES else self._schedule[0][0]

        return watched


def put_and_name(blobs: BlobStore, named: list[Digest], now: datetime) -> None:
    named.append(blobs.put([BYTES]).sha512)


def touch_and_name(blobs: BlobStore, named: list[Digest], now: datetime) -> None:
    try:
        blobs.touch(DIGEST)
    except NotFound:
        return  # gone: the bytes have to be sent again, and nothing is named
    named.append(DIGEST)


def sweep_and_name(blobs: BlobStore, named: list[Digest], now: datetime) -> None:
    BlobSweep(blobs).run(list, GRACE, now)
    put_and_name(blobs, named, now)


@pytest.mark.parametrize("first", PARTIES)
@pytest.mark.parametrize("name_bytes", [put_and_name, touch_and_name, sweep_and_name])
def test_bytes_that_are_named_while_a_sweep_runs_are_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name_bytes: Callable[[BlobStore, list[Digest], datetime], None],
    first: str,
) -> None:
    second = PARTIES[1 - PARTIES.index(first)]
    schedules = [
        [(first, one), (second, two), (first, three)]
        for one, two, three in itertools.product(range(1, 9), range(1, 12), range(1, 7))
    ]
    stores = [BlobStore(MemoryStore(), tmp_path) for _ in schedules]
    for blobs in stores:
        blobs.claims._pause = lambda _seconds: time.sleep(0)
        blobs.put([BYTES])
    now, turns = later(), Turns(monkeypatch)
    for blobs, schedule in zip(stores, schedules, strict=True):
        named = list[Digest]()
        sweep = partial(BlobSweep(blobs).run, partial(tuple, named), GRACE, now)
        turns.run(list(schedule), {"sweep": sweep, "namer": partial(name_bytes, blobs, named, now)})
        assert all(blobs.has(digest) for digest in named), schedule
