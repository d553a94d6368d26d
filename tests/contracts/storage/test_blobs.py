# SPDX-License-Identifier: Apache-2.0
"""What every store promises about bytes."""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Invalid, NotFound
from atr.ports.blobs import Blobs
from atr.storage.digesting import BLOCK_BYTES
from atr.storage.places import Storage

BIG = os.urandom(1000) * 9000  # large enough for an upload in parts
UNKNOWN = Digest("sha512", "0" * 128)


@pytest.fixture
def blobs(storage: Storage) -> Blobs:
    return storage.blobs


def content_of(data: bytes) -> Content:
    sha512, sha256 = hashlib.sha512(data).hexdigest(), hashlib.sha256(data).hexdigest()
    return Content(Digest("sha512", sha512), Digest("sha256", sha256), len(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"y" * BLOCK_BYTES, b"z" * (BLOCK_BYTES + 1), BIG],
    ids=["none", "one", "block", "over", "big"],
)
def test_stored_bytes_come_back_under_the_digests_computed_on_the_way(blobs: Blobs, data: bytes) -> None:
    content = blobs.put(data[start : start + 70_000] for start in range(0, len(data), 70_000))
    assert content == content_of(data)
    reader = blobs.open(content.sha512)
    assert reader.size == blobs.size(content.sha512) == len(data)
    assert b"".join(reader.iterate()) == data
    assert blobs.has(content.sha512)


def test_ranges_end_where_the_bytes_end(blobs: Blobs) -> None:
    reader = blobs.open(blobs.put([b"0123456789"]).sha512)
    assert reader.read_range(2, 3) == b"234"
    assert reader.read_range(8, 100) == b"89"
    assert reader.read_range(10, 1) == b""
    assert b"".join(reader.iterate(4)) == b"456789"
    assert b"".join(reader.iterate(4, 2)) == b"45"
    assert b"".join(reader.iterate(4, 200)) == b"456789"


def test_a_stored_archive_can_be_read_as_a_seekable_file(blobs: Blobs, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one", b"1" * 100_000)
        archive.writestr("two", b"2")
    content = blobs.put([(tmp_path / "a.zip").read_bytes()])
    with blobs.open_file(content.sha512) as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["one", "two"]
        assert archive.testzip() is None
        file.seek(-2, os.SEEK_END)
        assert file.tell() == content.size - 2
        file.seek(1, os.SEEK_CUR)
        assert len(file.read()) == 1


def test_what_is_not_stored_is_not_found(blobs: Blobs) -> None:
    assert not blobs.has(UNKNOWN)
    for ask in (blobs.open, blobs.size, blobs.touch, blobs.verify, blobs.local_path):
        with pytest.raises(NotFound, match="There is no blob sha512:0000"):
            ask(UNKNOWN)
    with pytest.raises(NotFound), blobs.open_file(UNKNOWN):
        pass


def test_bytes_are_named_by_their_sha512_only(blobs: Blobs) -> None:
    with pytest.raises(Invalid, match="not by sha256"):
        blobs.has(Digest("sha256", "0" * 64))


def test_storing_the_same_bytes_again_writes_nothing(blobs: Blobs) -> None:
    first = blobs.put([b"same"])
    before = list(blobs.list())
    assert blobs.put([b"sa", b"me"]) == first
    assert list(blobs.list()) == before


def test_bytes_that_stop_coming_leave_nothing_behind(blobs: Blobs, tmp_path: Path) -> None:
    def break_off() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.put(break_off())
    assert list(blobs.list()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_is_adopted_with_the_content_computed_before(blobs: Blobs, tmp_path: Path) -> None:
    path = tmp_path / "arrived"
    for data in (b"adopted", BIG):
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        content = content_of(data)
        blobs.adopt(path, content)
        blobs.adopt(path, content)
        assert path.read_bytes() == data
        assert blobs.verify(content.sha512) == content


def test_everything_stored_is_listed(blobs: Blobs) -> None:
    contents = [blobs.put([f"{number}".encode()]) for number in range(5)]
    listed = {(stat.digest, stat.size) for stat in blobs.list()}
    assert listed == {(content.sha512, content.size) for content in contents}
    assert all(stat.stored_at.tzinfo is not None for stat in blobs.list())


def test_deleted_bytes_are_gone_and_can_be_stored_again(blobs: Blobs) -> None:
    digest = blobs.put([b"going"]).sha512
    blobs.delete(digest)
    blobs.delete(digest)
    assert not blobs.has(digest)
    assert blobs.put([b"going"]).sha512 == digest
    assert blobs.has(digest)


def test_of_two_who_store_the_same_bytes_at_once_both_succeed(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = storage.blobs._keep
    content = storage.blobs.put([b"same"])

    def look_too_early(_digest: Digest) -> bool:
        monkeypatch.setattr(storage.blobs, "_keep", keep)
        return False

    monkeypatch.setattr(storage.blobs, "_keep", look_too_early)
    assert storage.blobs.put([b"same"]) == content
    assert storage.blobs.verify(content.sha512) == content
