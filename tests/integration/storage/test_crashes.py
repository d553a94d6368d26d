# SPDX-License-Identifier: Apache-2.0
"""Work that dies between any two steps, and its repetition.

A step is a call that changes a file or an object. Each test lets the work die before its first, second,
third ... step, looks at what is left, and repeats the work.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
import pytest

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import METADATA_FILE, Coordinate
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Stage
from atr.domain.names import FilePath, ReleaseKey
from atr.storage.places import Storage, open_storage

RELEASE = ReleaseKey.parse("commons/1.0")
CURRENT, ARCHIVED = Stage.CURRENT, Stage.ARCHIVED
STEPS = (
    (obstore, "put"),
    (obstore, "copy"),
    (obstore, "delete"),
    (os, "link"),
    (os, "open"),
    (Path, "rename"),
    (Path, "replace"),
    (Path, "write_bytes"),
    (Path, "chmod"),
)


class Died(BaseException):
    """Stands for the end of the process: nothing in the product catches it."""


class Reaper:
    """Ends the work right before its nth step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = -1
        for owner, name in STEPS:
            monkeypatch.setattr(owner, name, self._watch(getattr(owner, name)))

    def kill_before_each_step(self, work: Callable[[], object]) -> Iterator[int]:
        """Run the work again and again, each time one step further, until it gets through."""
        for at in range(1, 100):
            self._left = at
            try:
                work()
            except Died:
                self._left = -1
                yield at
            else:
                self._left = -1
                return

    def _watch(self, step: Callable[..., object]) -> Callable[..., object]:
        def watched(*args: object, **options: object) -> object:
            self._left -= 1
            if self._left == 0:
                raise Died
            return step(*args, **options)

        return watched


@pytest.fixture(params=["disk", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    url = "memory://" if request.param == "memory" else f"file://{tmp_path}/store"
    return open_storage(url, {}, tmp_path / "incoming")


@pytest.fixture
def files(storage: Storage) -> list[FileEntry]:
    return [FileEntry(FilePath(path), storage.blobs.put([path.encode()])) for path in ("a", "d/b", "c")]


def is_published(storage: Storage, stage: Stage, files: list[FileEntry]) -> bool:
    """Tell whether the release is there; when it is, all of it is."""
    try:
        storage.published.open(Coordinate.of(stage, RELEASE, METADATA_FILE))
    except NotFound:
        return False
    for entry in files:
        reader = storage.published.open(Coordinate.of(stage, RELEASE, entry.path))
        assert reader.read_range(0, 9) == entry.path.encode()
    return True


def test_a_put_that_dies_stores_all_or_nothing(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    for _ in Reaper(monkeypatch).kill_before_each_step(lambda: storage.blobs.put([b"a", b"b"])):
        seen += 1
        for stat in storage.blobs.list():
            storage.blobs.verify(stat.digest)
    assert seen >= 2
    assert [stat.size for stat in storage.blobs.list()] == [2]


def test_publishing_that_dies_shows_all_or_nothing(
    storage: Storage, files: list[FileEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = 0
    publish = storage.published.publish
    for _ in Reaper(monkeypatch).kill_before_each_step(lambda: publish(CURRENT, RELEASE, files, b"{}")):
        seen += 1
        is_published(storage, CURRENT, files)
    assert seen >= 4
    assert is_published(storage, CURRENT, files)


def test_publishing_something_else_after_a_death_leaves_no_trace_of_the_first(
    storage: Storage, files: list[FileEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish_all() -> None:
        storage.published.publish(CURRENT, RELEASE, files, b"{}")
        storage.published.withdraw(CURRENT, RELEASE)

    for _ in Reaper(monkeypatch).kill_before_each_step(publish_all):
        if not is_published(storage, CURRENT, files):
            storage.published.publish(CURRENT, RELEASE, files[:1], b"{}")
            with pytest.raises(NotFound):
                storage.published.open(Coordinate.of(CURRENT, RELEASE, files[1].path))
        storage.published.withdraw(CURRENT, RELEASE)
        assert not is_published(storage, CURRENT, files)


def test_a_move_that_dies_leaves_one_whole_release_and_is_completed_by_repeating_it(
    storage: Storage, files: list[FileEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    reaper, move = Reaper(monkeypatch), storage.published.move
    storage.published.publish(CURRENT, RELEASE, files, b"{}")
    for _ in reaper.kill_before_each_step(lambda: move(RELEASE, CURRENT, ARCHIVED)):
        whole = [stage for stage in (CURRENT, ARCHIVED) if is_published(storage, stage, files)]
        assert whole
        move(RELEASE, CURRENT, ARCHIVED)
        assert is_published(storage, ARCHIVED, files)
        assert not is_published(storage, CURRENT, files)
        move(RELEASE, ARCHIVED, CURRENT)
    assert is_published(storage, ARCHIVED, files)


def test_withdrawing_that_dies_is_completed_by_repeating_it(
    storage: Storage, files: list[FileEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    reaper, withdraw = Reaper(monkeypatch), storage.published.withdraw
    storage.published.publish(CURRENT, RELEASE, files, b"{}")
    for _ in reaper.kill_before_each_step(lambda: withdraw(CURRENT, RELEASE)):
        is_published(storage, CURRENT, files)
        storage.published.publish(CURRENT, RELEASE, files, b"{}")
    assert not is_published(storage, CURRENT, files)
