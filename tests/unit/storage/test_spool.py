# SPDX-License-Identifier: Apache-2.0
"""Uploads under way."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from atr.domain.errors import Conflict, Invalid, NotFound, OutOfSpace, TooLarge
from atr.ports.spool import OffsetMismatch, Spool
from atr.storage.blobs import BlobStore
from atr.storage.digesting import hash_chunks
from atr.storage.places import open_storage
from atr.storage.spool import DiskSpool, _is_older


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_storage(f"file://{tmp_path}/store", {}, tmp_path / "incoming").blobs


@pytest.fixture
def spool(tmp_path: Path) -> DiskSpool:
    return DiskSpool(tmp_path / "spool")


def test_an_upload_nobody_began_stands_at_zero(spool: Spool) -> None:
    assert spool.offset("new") == 0


def test_bytes_are_added_where_the_upload_stands(spool: Spool) -> None:
    assert spool.append("u", 0, [b"ab", b"c"]) == spool.offset("u") == 3
    assert spool.append("u", 3, [b"d"]) == spool.offset("u") == 4
    assert spool.append("u", 4, []) == 4


@pytest.mark.parametrize("offset", [0, 2, 4])
def test_bytes_for_another_offset_are_refused_with_the_right_one(spool: Spool, offset: int) -> None:
    spool.append("u", 0, [b"abc"])
    with pytest.raises(OffsetMismatch, match="stands at offset 3") as caught:
        spool.append("u", offset, [b"x"])
    assert caught.value.offset == 3


def test_an_upload_begins_at_its_beginning(spool: Spool) -> None:
    with pytest.raises(OffsetMismatch, match="offset 0, not 5"):
        spool.append("u", 5, [b"x"])


def test_more_than_declared_is_refused_and_what_fits_stays(spool: Spool, blobs: BlobStore) -> None:
    with pytest.raises(TooLarge, match="declared 4 bytes"):
        spool.append("u", 0, [b"abc", b"de"], limit=4)
    assert spool.append("u", 3, [b"d"], limit=4) == 4
    assert spool.finish("u", blobs) == hash_chunks([b"abcd"])


def test_a_broken_connection_keeps_what_arrived(spool: Spool, blobs: BlobStore) -> None:
    def break_off() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        spool.append("u", 0, break_off())
    assert spool.offset("u") == 4
    spool.append("u", 4, [b" rest"])
    assert spool.finish("u", blobs) == hash_chunks([b"half rest"])


def test_an_upload_goes_on_after_a_restart_or_in_another_process(
    spool: Spool, blobs: BlobStore, tmp_path: Path
) -> None:
    other = DiskSpool(tmp_path / "spool")
    spool.append("u", 0, [b"one "])
    other.append("u", 4, [b"two "])
    spool.append("u", 8, [b"three"])
    assert other.finish("u", blobs) == spool.finish("u", blobs) == hash_chunks([b"one two three"])


def test_a_file_cut_short_by_a_loss_of_power_is_read_again(
    spool: Spool, blobs: BlobStore, tmp_path: Path
) -> None:
    spool.append("u", 0, [b"0123456789"])
    os.truncate(tmp_path / "spool" / "u", 4)
    assert spool.append("u", 4, [b"x"]) == 5
    assert spool.finish("u", blobs) == hash_chunks([b"0123x"])


def test_only_one_request_writes_at_a_time(spool: Spool, blobs: BlobStore, tmp_path: Path) -> None:
    spool.append("u", 0, [b"a"])
    with (tmp_path / "spool" / "u").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="Another request"):
            spool.append("u", 1, [b"b"])
        with pytest.raises(Conflict, match="Another request"):
            spool.finish("u", blobs)
    assert spool.append("u", 1, [b"b"]) == 2


def test_a_finished_file_becomes_the_stored_file_without_copying(
    spool: Spool, blobs: BlobStore, tmp_path: Path
) -> None:
    spool.append("u", 0, [b"bytes"])
    inode = (tmp_path / "spool" / "u").stat().st_ino
    path = blobs.local_path(spool.finish("u", blobs).sha512)
    assert path is not None
    assert path.stat().st_ino == inode
    assert path.stat().st_mode & 0o777 == 0o444


def test_nothing_is_added_to_a_finished_upload(spool: Spool, blobs: BlobStore) -> None:
    spool.append("u", 0, [b"bytes"])
    content = spool.finish("u", blobs)
    assert spool.offset("u") == 5
    with pytest.raises(Conflict, match="is finished"):
        spool.append("u", 5, [b"more"])
    assert blobs.verify(content.sha512) == content


@pytest.mark.parametrize("discarded", [False, True])
def test_a_writer_that_opened_the_file_before_it_was_finished_cannot_write_into_the_store(
    spool: DiskSpool, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch, discarded: bool
) -> None:
    spool.append("u", 0, [b"bytes"])
    lock = spool._lock_file

    def finish_first(upload_id: str, descriptor: int) -> None:
        monkeypatch.setattr(spool, "_lock_file", lock)
        spool.finish("u", blobs)
        if discarded:
            spool.discard("u")
        lock(upload_id, descriptor)

    monkeypatch.setattr(spool, "_lock_file", finish_first)
    with pytest.raises(Conflict, match="is finished"):
        spool.append("u", 5, [b"more"])
    digest = hash_chunks([b"bytes"]).sha512
    assert blobs.verify(digest).size == 5


def test_a_writer_that_comes_between_finishing_and_looking_leaves_no_empty_file(
    spool: DiskSpool, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spool.append("u", 0, [b"bytes"])
    spool.finish("u", blobs)

    def look_too_early(_path: Path) -> bool:
        monkeypatch.undo()
        return False

    monkeypatch.setattr(Path, "exists", look_too_early)
    with pytest.raises(Conflict, match="is finished"):
        spool.append("u", 0, [b"more"])
    assert spool.offset("u") == 5
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["u.finished"]


def test_a_finish_that_was_cut_off_is_completed_by_repeating_it(
    spool: Spool, blobs: BlobStore, tmp_path: Path
) -> None:
    spool.append("u", 0, [b"bytes"])
    (tmp_path / "spool" / "u").rename(tmp_path / "spool" / "u.finished")
    assert DiskSpool(tmp_path / "spool").finish("u", blobs) == hash_chunks([b"bytes"])
    assert blobs.has(hash_chunks([b"bytes"]).sha512)


def test_a_discarded_upload_is_forgotten_and_its_stored_bytes_stay(spool: Spool, blobs: BlobStore) -> None:
    spool.append("u", 0, [b"bytes"])
    content = spool.finish("u", blobs)
    for _ in range(2):
        spool.discard("u")
    assert spool.offset("u") == 0
    assert blobs.has(content.sha512)
    with pytest.raises(NotFound, match="no upload u"):
        spool.finish("u", blobs)


def test_what_was_not_expected_is_refused_and_not_stored(spool: Spool, blobs: BlobStore) -> None:
    content = hash_chunks([b"bytes"])
    spool.append("u", 0, [b"bytes"])
    with pytest.raises(Invalid, match="send it again"):
        spool.finish("u", blobs, hash_chunks([b"other"]).sha512)
    assert not blobs.has(content.sha512)
    assert spool.finish("u", blobs, content.sha512) == content


def test_the_file_of_no_bytes_can_be_uploaded(spool: Spool, blobs: BlobStore) -> None:
    spool.append("u", 0, [], limit=0)
    assert spool.finish("u", blobs).size == 0


@pytest.mark.parametrize("upload_id", ["", "..", "a/b", "u.finished", "x" * 65, "é"])
def test_an_id_that_is_none_is_not_found(spool: Spool, upload_id: str) -> None:
    for act in (spool.offset, spool.discard, lambda name: spool.append(name, 0, [])):
        with pytest.raises(NotFound, match="no upload"):
            act(upload_id)


def test_uploads_left_alone_are_listed(spool: Spool, blobs: BlobStore) -> None:
    spool.append("begun", 0, [b"a"])
    spool.append("finished", 0, [b"b"])
    spool.finish("finished", blobs)
    assert spool.list_abandoned(datetime.now(UTC) - timedelta(hours=1)) == ()
    assert spool.list_abandoned(datetime.now(UTC) + timedelta(hours=1)) == ("begun", "finished")


def test_an_upload_that_is_gone_meanwhile_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / "begun").touch()
    with os.scandir(tmp_path) as entries:
        (entry,) = entries
    (tmp_path / "begun").unlink()
    assert not _is_older(entry, datetime.now(UTC) + timedelta(hours=1))


def test_the_digests_of_many_uploads_do_not_pile_up(
    spool: DiskSpool, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atr.storage.spool._MOST_HASHERS", 2)
    for number in range(4):
        spool.append(f"u{number}", 0, [b"x"])
    assert len(spool._hashers) == 2
    assert spool.finish("u0", blobs) == hash_chunks([b"x"])


def test_what_the_disk_says_meanwhile_is_told(
    spool: DiskSpool, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atr.storage.spool._FLUSH_BYTES", 4)
    assert spool.append("good", 0, [b"abcdef"]) == 6
    assert spool.finish("good", blobs).size == 6

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", fail)
    spool.append("full", 0, [b"abcdef"])
    with pytest.raises(OutOfSpace):
        spool.finish("full", blobs)
    spool.append("later", 0, [b"abcdef"])
    wait(spool._flushes.values())
    with pytest.raises(OutOfSpace):
        spool.append("later", 6, [b"ghijkl"])
    assert not list(blobs.list())[1:]


def test_the_disk_is_asked_once_at_a_time(spool: DiskSpool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = [], threading.Event()

    def wait_long(descriptor: int) -> None:
        asked.append(descriptor)
        go_on.wait()

    monkeypatch.setattr("atr.storage.spool._FLUSH_BYTES", 1)
    monkeypatch.setattr(os, "fdatasync", wait_long)
    for offset in range(3):
        spool.append("u", offset, [b"x"])
    go_on.set()
    assert len(asked) <= 1
