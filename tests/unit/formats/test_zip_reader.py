# SPDX-License-Identifier: Apache-2.0
"""Reading zip files: every member against what the directory promises."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, strategies

from atr.formats.archive import read_archive, read_nested
from atr.formats.budget import Budget, Limits
from atr.formats.member import Defect, DefectKind, Member, MemberKind, Unreadable
from atr.formats.zip_reader import ZipReader
from tests.support.archives import make_zip

CONTENTS = {
    "a": b"alpha" * 1000,
    "folder/": b"",
    "folder/b": b"beta",
    "é": b"",
    "big": bytes(200_000),
}
GOOD = make_zip(CONTENTS)


def read(
    data: bytes, limits: Limits | None = None, name: str = "a.zip"
) -> tuple[list[tuple[Member, bytes]], list[Defect]]:
    defects: list[Defect] = []
    found: list[tuple[Member, bytes]] = []
    budget = Budget(limits or Limits(), lambda: 0.0)
    try:
        entries = read_archive(io.BytesIO(data), name, budget, defects.append)
        found.extend((entry.member, b"".join(entry.chunks)) for entry in entries)
    except Unreadable as error:
        defects.append(error.defect)
    return found, defects


def kinds(data: bytes) -> list[DefectKind]:
    return [defect.kind for defect in read(data)[1]]


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_every_member_is_read(method: int) -> None:
    found, defects = read(make_zip(CONTENTS, method))
    assert defects == []
    assert {member.path: content for member, content in found} == CONTENTS
    assert [member.kind for member, _ in found][:2] == [MemberKind.FILE, MemberKind.DIRECTORY]


def test_links_and_odd_members_are_told_apart() -> None:
    data = make_zip(
        [
            (with_mode("link", 0o120777), b"../target"),
            (with_mode("pipe", 0o010644), b""),
            (with_mode("run", 0o104755), b"x"),
        ]
    )
    found, defects = read(data)
    assert defects == []
    assert [(member.kind, member.link) for member, _ in found] == [
        (MemberKind.SYMLINK, "../target"),
        (MemberKind.OTHER, None),
        (MemberKind.FILE, None),
    ]
    assert found[2][0].mode == 0o4755


def test_a_zip_of_64_bits_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    found, defects = read(make_zip(CONTENTS))
    assert ({member.path: content for member, content in found}, defects) == (CONTENTS, [])


def test_a_zip_written_as_a_stream_is_read() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

        def seek(self, *_: int) -> int:
            raise OSError

    target = Unseekable()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"alpha")
    assert [content for _, content in read(target.getvalue())[0]] == [b"alpha"]


def test_an_empty_zip_is_whole() -> None:
    assert read(make_zip({})) == ([], [])


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


STORED = make_zip({"a": b"alpha", "b": b"beta"}, 0)
DIRECTORY = STORED.index(b"PK\1\2")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [DefectKind.TRUNCATED]),
        (GOOD[:-30], [DefectKind.TRUNCATED]),
        (GOOD[: len(GOOD) // 2], [DefectKind.TRUNCATED]),
        (GOOD + b"more", [DefectKind.TRAILING_DATA]),
        (b"#!/bin/sh\n" + GOOD, [DefectKind.LEADING_DATA]),
        (flip(STORED, STORED.index(b"alpha")), [DefectKind.DAMAGED]),
        (flip(STORED, DIRECTORY), [DefectKind.DAMAGED]),
        (flip(STORED, 0), [DefectKind.DAMAGED]),
        (STORED.replace(b"a", b"c", 1), [DefectKind.INCONSISTENT]),
        (
            STORED[:DIRECTORY] + STORED[DIRECTORY:].replace(b"\2\0\2\0", b"\1\0\1\0"),
            [DefectKind.INCONSISTENT],
        ),
        (STORED[:DIRECTORY] + STORED[DIRECTORY:].replace(b"\2\0\2\0", b"\3\0\3\0"), [DefectKind.DAMAGED]),
    ],
)
def test_what_is_wrong_is_said(data: bytes, expected: list[DefectKind]) -> None:
    assert kinds(data) == expected


def patch_record(at: int, form: str, *values: int) -> bytes:
    """Return the stored zip with other values in the directory's first record."""
    data = bytearray(STORED)
    struct.pack_into(form, data, DIRECTORY + at, *values)
    return bytes(data)


def test_an_encrypted_member_is_refused() -> None:
    assert kinds(patch_record(8, "<H", 1)) == [DefectKind.ENCRYPTED]


def test_an_unknown_method_is_refused() -> None:
    assert kinds(patch_record(10, "<H", 99)) == [DefectKind.INCONSISTENT, DefectKind.UNSUPPORTED]


def test_a_size_that_lies_is_found() -> None:
    both = [DefectKind.INCONSISTENT, DefectKind.DAMAGED]
    assert kinds(patch_record(24, "<L", 4)) == both
    assert kinds(patch_record(20, "<LL", 1000, 1000)) == [*both, DefectKind.OVERLAPPING]


def test_a_member_that_unpacks_to_more_than_it_claims_is_stopped() -> None:
    data = bytearray(make_zip({"a": bytes(1000)}))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, 10)
    found, defects = read(bytes(data))
    assert (found[0][1], defects[-1].kind) == (b"", DefectKind.DAMAGED)


def test_members_that_share_bytes_are_found() -> None:
    data = bytearray(STORED)
    second = DIRECTORY + STORED[DIRECTORY + 4 :].index(b"PK\1\2") + 4
    struct.pack_into("<L", data, second + 42, 0)
    assert DefectKind.OVERLAPPING in kinds(bytes(data))


def test_more_members_than_allowed_are_not_even_counted() -> None:
    found, defects = read(GOOD, Limits(members=2))
    assert (found, [defect.kind for defect in defects]) == ([], [DefectKind.OVER_BUDGET])


def test_a_nested_zip_is_held_only_within_its_limit() -> None:
    budget = Budget(Limits(nested_zip_bytes=10), lambda: 0.0)
    with pytest.raises(Unreadable, match="nested zip of more than 10 bytes"):
        list(read_nested(io.BytesIO(GOOD), ("a.jar",), budget, print))


@given(strategies.integers(0, len(GOOD) - 1), strategies.binary(min_size=1, max_size=20))
def test_a_damaged_zip_never_ends_in_an_error(at: int, noise: bytes) -> None:
    read(GOOD[:at] + noise + GOOD[at + len(noise) :])
    end = len(GOOD) - at % 300
    read(GOOD[:end] + noise + GOOD[end + len(noise) :])


def test_an_end_without_room_for_itself_is_none() -> None:
    with pytest.raises(Unreadable, match="no directory"):
        list(ZipReader(io.BytesIO(b"PK\5\6" * 3), Budget(Limits(), lambda: 0.0), print).entries())


def widen(*numbers: int) -> bytes:
    """Return an archive whose 64-bit end says these numbers."""
    fields = (b"PK\6\6", 44, 45, 45, 0, 0, *numbers)
    end = struct.pack("<4sQ2H2L4Q", *fields) + struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    return end + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


@pytest.mark.parametrize("numbers", [(1, 1, 1 << 63, 0), (1, 1, 0, 1 << 63), (1 << 63, 1 << 63, 0, 0)])
def test_numbers_beyond_every_file_are_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(Unreadable, match="no file has"):
        list(ZipReader(io.BytesIO(widen(*numbers)), Budget(Limits(), lambda: 0.0), print).entries())
