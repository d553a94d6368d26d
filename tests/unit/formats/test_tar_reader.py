# SPDX-License-Identifier: Apache-2.0
"""Reading tar archives: what every program can write, and what none should have written."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable

import pytest
from backports import zstd
from hypothesis import given, strategies

from atr.formats.archive import read_archive
from atr.formats.budget import Budget, Limits
from atr.formats.member import Defect, DefectKind, Member, MemberKind, Unreadable
from tests.support.archives import TarMember, make_tar, make_tar_gz

Compress = Callable[[bytes], bytes]
COMPRESSIONS: tuple[tuple[str, Compress], ...] = (
    ("a.tar.gz", gzip.compress),
    ("a.tar.bz2", bz2.compress),
    ("a.tar.xz", lzma.compress),
    ("a.tar.zst", zstd.compress),
)
LONG = "/".join(["folder-" * 10] * 5) + "/file"
MEMBERS = (
    TarMember("root/", type=tarfile.DIRTYPE, mode=0o755),
    TarMember("root/a", b"alpha" * 10),
    TarMember("root/é", b"beta"),
    TarMember(LONG, b"gamma"),
    TarMember("root/link", type=tarfile.SYMTYPE, link="a"),
    TarMember("root/hard", type=tarfile.LNKTYPE, link="root/a"),
    TarMember("root/device", type=tarfile.CHRTYPE),
    TarMember("root/pipe", type=tarfile.FIFOTYPE),
    TarMember("root/empty"),
)


def read(
    data: bytes, name: str = "a.tar", limits: Limits | None = None
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


def kinds(defects: list[Defect]) -> list[DefectKind]:
    return [defect.kind for defect in defects]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_every_kind_of_member_is_read(form: int) -> None:
    found, defects = read(make_tar(*MEMBERS, form=form))
    assert defects == []
    assert [(member.path, content) for member, content in found] == [
        (member.path, member.content) for member in MEMBERS
    ]
    assert [member.kind for member, _ in found] == [
        MemberKind.DIRECTORY,
        MemberKind.FILE,
        MemberKind.FILE,
        MemberKind.FILE,
        MemberKind.SYMLINK,
        MemberKind.HARDLINK,
        MemberKind.DEVICE,
        MemberKind.FIFO,
        MemberKind.FILE,
    ]
    assert [member.link for member, _ in found[4:6]] == ["a", "root/a"]
    assert found[0][0].mode == 0o755


def test_a_split_name_of_old_archives_is_joined() -> None:
    path = "/".join(["folder"] * 25)
    ((member, _),), defects = read(make_tar(TarMember(path), form=tarfile.USTAR_FORMAT))
    assert (member.path, defects) == (path, [])


@pytest.mark.parametrize(("name", "compress"), [*COMPRESSIONS, ("a.tgz", gzip.compress)])
def test_every_compression_is_read(name: str, compress: Compress) -> None:
    found, defects = read(compress(make_tar(*MEMBERS)), name)
    assert (len(found), defects) == (len(MEMBERS), [])


@pytest.mark.parametrize(("name", "compress"), COMPRESSIONS)
def test_streams_of_several_parts_are_one(name: str, compress: Compress) -> None:
    data = make_tar(TarMember("a", b"x" * 300_000))
    ((_, content),), defects = read(compress(data[:70_000]) + compress(data[70_000:]), name)
    assert (len(content), defects) == (300_000, [])


def test_a_member_may_be_skipped_without_being_read() -> None:
    entries = read_archive(io.BytesIO(make_tar(*MEMBERS)), "a.tar", Budget(Limits(), lambda: 0.0), print)
    assert [entry.member.path for entry in entries] == [member.path for member in MEMBERS]


def test_padding_at_the_end_is_no_defect() -> None:
    assert read(make_tar(*MEMBERS) + bytes(100_000))[1] == []
    assert read(make_tar_gz(*MEMBERS) + bytes(1000), "a.tgz")[1] == []


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (make_tar(*MEMBERS) + b"more", "a.tar", DefectKind.TRAILING_DATA),
        (make_tar_gz(*MEMBERS) + b"more", "a.tgz", DefectKind.TRAILING_DATA),
        (gzip.compress(make_tar(*MEMBERS) + b"more", mtime=0), "a.tgz", DefectKind.TRAILING_DATA),
        (make_tar_gz(*MEMBERS)[:-20], "a.tgz", DefectKind.TRUNCATED),
        (make_tar_gz(*MEMBERS)[:200], "a.tgz", DefectKind.TRUNCATED),
        (make_tar(*MEMBERS)[: 512 * 3], "a.tar", DefectKind.TRUNCATED),
        (make_tar(MEMBERS[0])[:512], "a.tar", DefectKind.TRUNCATED),
        (make_tar(MEMBERS[0])[:700], "a.tar", DefectKind.TRUNCATED),
        (make_tar(MEMBERS[3])[:600], "a.tar", DefectKind.TRUNCATED),
        (make_tar_gz(*MEMBERS)[:-8] + bytes(8), "a.tgz", DefectKind.DAMAGED),
        (b"this is not an archive" * 100, "a.tar", DefectKind.WRONG_FORMAT),
        (make_tar(*MEMBERS), "a.tgz", DefectKind.WRONG_FORMAT),
        (make_tar_gz(*MEMBERS), "a.tar", DefectKind.WRONG_FORMAT),
        (make_tar(MEMBERS[0])[:512] + b"\1" * 512 + bytes(1024), "a.tar", DefectKind.DAMAGED),
    ],
)
def test_what_is_wrong_is_said(data: bytes, name: str, kind: DefectKind) -> None:
    assert kinds(read(data, name)[1]) == [kind]


def test_an_empty_file_is_no_archive() -> None:
    assert kinds(read(b"")[1]) == [DefectKind.TRUNCATED]


def patch_header(member: TarMember, at: int, field: bytes) -> bytes:
    """Return an archive whose first header has another field and a fitting checksum."""
    data = bytearray(make_tar(member, form=tarfile.GNU_FORMAT))
    data[at : at + len(field)] = field
    data[148:156] = b" " * 8
    data[148:156] = f"{sum(data[:512]):06o}\0 ".encode()
    return bytes(data)


def test_a_size_in_binary_is_read() -> None:
    size = b"\x80" + (5).to_bytes(11)
    ((member, content),), defects = read(patch_header(TarMember("a", b"alpha"), 124, size))
    assert (member.size, content, defects) == (5, b"alpha", [])


@pytest.mark.parametrize("size", [b"\xff" * 12, b"9z9z9z9z9z9\0", b"-1         \0"])
def test_a_size_that_is_no_number_is_damage(size: bytes) -> None:
    assert kinds(read(patch_header(TarMember("a", b"alpha"), 124, size))[1]) == [DefectKind.WRONG_FORMAT]


def test_a_size_beyond_the_archive_is_found() -> None:
    data = patch_header(TarMember("a", b"alpha"), 124, b"\x80" + (1 << 30).to_bytes(11))
    assert kinds(read(data)[1]) == [DefectKind.TRUNCATED]


def test_a_sum_of_signed_characters_is_accepted() -> None:
    data = bytearray(make_tar(TarMember("\xe9", b"x"), form=tarfile.GNU_FORMAT))
    data[148:156] = b" " * 8
    signed = sum(byte - 256 if byte > 127 else byte for byte in data[:512])
    data[148:156] = f"{signed:06o}\0 ".encode()
    assert read(bytes(data))[1] == []


def test_an_old_folder_is_known_by_its_slash() -> None:
    ((member, _),), _ = read(patch_header(TarMember("root/"), 156, b"\0"))
    assert member.kind is MemberKind.DIRECTORY


def test_a_member_of_an_unknown_kind_is_passed_on() -> None:
    ((member, content),), _ = read(patch_header(TarMember("odd", b"data"), 156, b"V"))
    assert (member.kind, content) == (MemberKind.OTHER, b"data")


def test_a_name_that_is_no_utf_8_is_kept() -> None:
    ((member, _),), _ = read(patch_header(TarMember("bad"), 0, b"b\xffd"))
    assert member.path == "b\udcffd"


def test_sparse_members_are_reported() -> None:
    data = patch_header(TarMember("holes", b"x" * 512), 156, b"S")
    found, defects = read(data)
    assert (kinds(defects), [content for _, content in found]) == ([DefectKind.UNSUPPORTED], [b"x" * 512])


def test_the_extra_headers_of_sparse_members_are_passed_over() -> None:
    data = bytearray(patch_header(TarMember("holes", b"x" * 512), 156, b"S"))
    data[482] = 1
    data[148:156] = b" " * 8
    data[148:156] = f"{sum(data[:512]):06o}\0 ".encode()
    found, defects = read(bytes(data[:512]) + bytes(512) + bytes(data[512:]))
    assert (kinds(defects), [content for _, content in found]) == ([DefectKind.UNSUPPORTED], [b"x" * 512])


def make_pax(records: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """Return an archive with these records before its one file."""
    return make_tar(TarMember("pax", records, kind))[:1024] + make_tar(TarMember("a", b"alpha"))


def test_records_rename_and_resize() -> None:
    ((member, content),), _ = read(make_pax(b"10 path=b\n9 size=3\n9 x.y=zz\n"))
    assert (member.path, member.size, content) == ("b", 3, b"alp")


def test_global_records_hold_for_all_that_follow() -> None:
    found, _ = read(make_pax(b"10 path=g\n", tarfile.XGLTYPE))
    assert [member.path for member, _ in found] == ["g"]


@pytest.mark.parametrize(
    "records", [b"nonsense", b"99 path=b\n", b"10 path-b\n", b"8 size=x\n", b"0 =\n", b"9 size=-1\n"]
)
def test_malformed_records_are_damage(records: bytes) -> None:
    assert kinds(read(make_pax(records))[1]) == [DefectKind.DAMAGED]


def test_a_huge_extended_header_is_not_read() -> None:
    limits = Limits(header_bytes=10)
    assert kinds(read(make_pax(b"10 path=b\n9 size=3\n"), limits=limits)[1]) == [DefectKind.DAMAGED]


@given(strategies.binary(max_size=2000))
def test_any_bytes_end_in_a_defect_and_not_in_an_error(data: bytes) -> None:
    for name in ("a.tar", "a.tgz", "a.tar.bz2", "a.tar.xz", "a.tar.zst", "a.zip"):
        assert read(data, name)[1]


@given(strategies.integers(0, 5000), strategies.binary(min_size=1, max_size=20))
def test_a_damaged_archive_never_ends_in_an_error(at: int, noise: bytes) -> None:
    data = make_tar(*MEMBERS)
    read(data[:at] + noise + data[at + len(noise) :])
    packed = make_tar_gz(*MEMBERS)
    read(packed[: at % len(packed)] + noise + packed[at % len(packed) + len(noise) :], "a.tgz")
