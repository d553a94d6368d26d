# SPDX-License-Identifier: Apache-2.0
"""Many who store, name and forget the same bytes, while sweeps run all the time."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock

import pytest

from atr.domain.artifact import Digest
from atr.storage.places import open_storage
from atr.storage.sweep import BlobSweep

GRACE = timedelta(milliseconds=250)  # storing and naming take a fraction of this
ROUNDS = 25


class Names:
    """What committed data names, by how many."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._named: dict[Digest, int] = {}

    def change(self, digest: Digest, by: int) -> None:
        with self._lock:
            self._named[digest] = self._named.get(digest, 0) + by

    def read(self) -> Iterator[Digest]:
        with self._lock:
            named = [digest for digest, count in self._named.items() if count]
        yield from named


@pytest.mark.parametrize("url", ["memory://", "file://{}/store"])
def test_nothing_named_is_ever_missing(url: str, tmp_path: Path) -> None:
    storage = open_storage(url.format(tmp_path), {}, tmp_path / "incoming")
    blobs, names, over = storage.blobs, Names(), Event()

    def name_and_forget(seed: int) -> int:
        choose = random.Random(seed)
        for _ in range(ROUNDS):
            digest = blobs.put([b"%d" % choose.randrange(4)]).sha512
            names.change(digest, 1)
            over.wait(choose.random() / 20)
            assert blobs.has(digest)
            blobs.verify(digest)
            names.change(digest, -1)
            over.wait(choose.random() / 20)
        return seed

    def sweep() -> int:
        deleted = 0
        while not over.is_set():
            deleted += len(BlobSweep(blobs).run(names.read, GRACE, datetime.now(UTC)).deleted)
        return deleted

    with ThreadPoolExecutor(5) as pool:
        sweeps = [pool.submit(sweep) for _ in range(2)]
        try:
            assert list(pool.map(name_and_forget, range(3))) == [0, 1, 2]
        finally:
            over.set()
        [each.result() for each in sweeps]
