# SPDX-License-Identifier: Apache-2.0
"""The store and the tree on a real disk: links, modes, other file systems, no space."""

import errno
import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import METADATA_FILE, Coordinate
from atr.domain.errors import Conflict, NotFound, OutOfSpace
from atr.domain.lifecycle import Stage
from atr.domain.names import FilePath, ReleaseKey
from atr.ports.blobs import Damaged
from atr.storage.disk_tree import DiskTree
from atr.storage.places import Storage, open_storage
from atr.storage.spool import DiskSpool
from atr.storage.sweep import BlobSweep

RELEASE = ReleaseKey.parse("commons/io/1.0")
CURRENT = Stage.CURRENT


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on another file system than the test's own."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        assert Path(folder).stat().st_dev != tmp_path.stat().st_dev
        yield Path(folder)


@contextmanager
def limit_file_size(size: int) -> Iterator[None]:
    """Let every write beyond the size fail, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_stored_files_are_read_only_and_never_written_again(storage: Storage) -> None:
    path = storage.blobs.local_path(storage.blobs.put([b"x"]).sha512)
    assert path is not None
    before = path.stat()
    storage.blobs.put([b"x"])
    after = path.stat()
    assert after.st_mode & 0o777 == 0o444
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )
    assert path.parent.name == path.name[:3]


def test_damaged_bytes_are_found_out(storage: Storage) -> None:
    content = storage.blobs.put([b"good"])
    path = storage.blobs.local_path(content.sha512)
    assert path is not None
    path.chmod(0o644)
    path.write_bytes(b"evil")
    with pytest.raises(Damaged, match="are damaged"):
        storage.blobs.verify(content.sha512)


def test_a_file_on_another_disk_is_adopted_by_copy(storage: Storage, other_disk: Path) -> None:
    spool = DiskSpool(other_disk)
    spool.append("u", 0, [b"far away"])
    content = spool.finish("u", storage.blobs)
    assert storage.blobs.verify(content.sha512) == content
    path = storage.blobs.local_path(content.sha512)
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o444


def test_an_upload_that_took_days_is_new_to_the_sweep(storage: Storage, tmp_path: Path) -> None:
    spool = DiskSpool(tmp_path / "spool")
    spool.append("u", 0, [b"slow"])
    long_ago = datetime.now(UTC) - timedelta(days=3)
    os.utime(tmp_path / "spool" / "u", (long_ago.timestamp(), long_ago.timestamp()))
    content = spool.finish("u", storage.blobs)
    BlobSweep(storage.blobs).run(list, timedelta(days=1), datetime.now(UTC))
    assert storage.blobs.has(content.sha512)


def test_a_reader_keeps_its_file_when_it_is_removed(storage: Storage) -> None:
    content = storage.blobs.put([b"still here"])
    reader = storage.blobs.open(content.sha512)
    storage.blobs.delete(content.sha512)
    assert reader.read_range(0, 100) == b"still here"


def test_a_full_disk_stores_nothing_and_says_so(storage: Storage, tmp_path: Path) -> None:
    with limit_file_size(1000), pytest.raises(OutOfSpace, match="full: nothing was changed"):
        storage.blobs.put([b"x" * 5000])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert storage.blobs.put([b"x" * 5000]).size == 5000


def test_a_full_disk_interrupts_an_upload_that_goes_on_later(storage: Storage, tmp_path: Path) -> None:
    spool, data = DiskSpool(tmp_path / "spool"), os.urandom(5000)
    spool.append("u", 0, [data[:600]])
    with limit_file_size(1000), pytest.raises(OutOfSpace):
        spool.append("u", 600, [data[600:]])
    offset = spool.offset("u")
    assert 600 <= offset <= 1000
    spool.append("u", offset, [data[offset:]])
    content = spool.finish("u", storage.blobs)
    assert b"".join(storage.blobs.open(content.sha512).iterate()) == data


def test_a_full_disk_publishes_nothing(tmp_path: Path, other_disk: Path) -> None:
    storage = open_storage(f"file://{tmp_path}/store", {}, tmp_path / "incoming", other_disk)
    files = (FileEntry(FilePath("a.zip"), storage.blobs.put([b"x" * 5000])),)
    with limit_file_size(1000), pytest.raises(OutOfSpace):
        storage.published.publish(CURRENT, RELEASE, files, b"{}")
    assert [path for path in other_disk.rglob("*") if path.is_file()] == []
    storage.published.publish(CURRENT, RELEASE, files, b"{}")


def test_published_files_are_the_stored_files_themselves(storage: Storage) -> None:
    content = storage.blobs.put([b"x"])
    storage.published.publish(CURRENT, RELEASE, [FileEntry(FilePath("d/a"), content)], b"{}")
    published = storage.published.local_path(Coordinate.of(CURRENT, RELEASE, FilePath("d/a")))
    stored = storage.blobs.local_path(content.sha512)
    assert published is not None
    assert stored is not None
    assert published.samefile(stored)


def test_on_another_disk_files_are_published_by_copy(tmp_path: Path, other_disk: Path) -> None:
    storage = open_storage(f"file://{tmp_path}/store", {}, tmp_path / "incoming", other_disk)
    files = [FileEntry(FilePath("a"), storage.blobs.put([b"x"]))]
    for _ in range(2):
        storage.published.publish(CURRENT, RELEASE, files, b"{}")
    path = other_disk / "current" / "commons" / "io" / "1.0" / "a"
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"x", 0o444)
    path.chmod(0o644)
    path.write_bytes(b"y")
    with pytest.raises(Conflict):
        storage.published.publish(CURRENT, RELEASE, files, b"{}")


def test_a_tree_on_this_disk_copies_from_a_store_elsewhere(tmp_path: Path) -> None:
    storage = open_storage("memory://", {}, tmp_path / "incoming", tmp_path / "tree")
    storage.published.publish(CURRENT, RELEASE, [FileEntry(FilePath("a"), storage.blobs.put([b"x"]))], b"{}")
    assert (tmp_path / "tree" / "current" / "commons" / "io" / "1.0" / "a").read_bytes() == b"x"


def test_of_two_publishers_one_finds_the_work_of_the_other(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = storage.published
    assert isinstance(tree, DiskTree)
    one, two = storage.blobs.put([b"1"]), storage.blobs.put([b"2"])
    place = tree._place

    def publish_first(entry: FileEntry, target: Path) -> None:
        monkeypatch.setattr(tree, "_place", place)
        tree.publish(CURRENT, RELEASE, [FileEntry(FilePath("a"), one)], b"{}")
        place(entry, target)

    for content in (one, two):
        tree.withdraw(CURRENT, RELEASE)
        monkeypatch.setattr(tree, "_place", publish_first)
        if content == one:
            tree.publish(CURRENT, RELEASE, [FileEntry(FilePath("a"), content)], b"{}")
        else:
            with pytest.raises(Conflict):
                tree.publish(CURRENT, RELEASE, [FileEntry(FilePath("a"), content)], b"{}")
        assert tree.open(Coordinate.of(CURRENT, RELEASE, FilePath("a"))).read_range(0, 9) == b"1"


def test_interrupted_work_is_tidied_away_when_it_is_old(storage: Storage, tmp_path: Path) -> None:
    building = tmp_path / "store" / "published" / ".building"
    (building / "folder" / "below").mkdir(parents=True)
    (building / "file").write_bytes(b"x")
    storage.published.tidy(datetime.now(UTC) - timedelta(hours=1))
    assert len(list(building.iterdir())) == 2
    storage.published.tidy(datetime.now(UTC) + timedelta(hours=1))
    assert list(building.iterdir()) == []


def test_metadata_is_replaced_in_one_step(storage: Storage) -> None:
    files = [FileEntry(FilePath("a"), storage.blobs.put([b"x"]))]
    storage.published.publish(CURRENT, RELEASE, files, b"old")
    reader = storage.published.open(Coordinate.of(CURRENT, RELEASE, METADATA_FILE))
    storage.published.publish(CURRENT, RELEASE, files, b"brand new")
    assert reader.read_range(0, 100) == b"old"


def test_what_the_disk_forbids_is_not_worked_around(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [FileEntry(FilePath("a"), storage.blobs.put([b"x"]))]

    def forbid(*_: object) -> None:
        raise PermissionError(errno.EACCES, "not yours")

    monkeypatch.setattr(os, "link", forbid)
    with pytest.raises(PermissionError):
        storage.blobs.put([b"y"])
    with pytest.raises(PermissionError):
        storage.published.publish(CURRENT, RELEASE, files, b"{}")
    with pytest.raises(NotFound):
        storage.published.open(Coordinate.of(CURRENT, RELEASE, METADATA_FILE))
