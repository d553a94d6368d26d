# SPDX-License-Identifier: Apache-2.0
"""Zip archives whose bytes never vary."""

import io
import zipfile
import zlib

import pytest
from hypothesis import given, strategies

from atr.formats.zip_writer import ZipMember, measure_zip, write_zip


def make_member(path: str, data: bytes) -> ZipMember:
    return ZipMember(path, len(data), zlib.crc32(data), lambda: (data[:1], data[1:]))


@given(
    strategies.dictionaries(strategies.text("abcä/", min_size=1, max_size=9), strategies.binary(max_size=99))
)
def test_what_was_written_is_read_back(files: dict[str, bytes]) -> None:
    members = [make_member(path, data) for path, data in files.items()]

    data = b"".join(write_zip(members))

    assert len(data) == measure_zip(members)
    assert data == b"".join(write_zip(members))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert all(info.date_time == (2000, 1, 1, 0, 0, 0) for info in archive.infolist())
        assert not any(info.flag_bits & 8 for info in archive.infolist())  # no sizes behind the members


def test_a_member_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="a has 2 bytes instead of 3"):
        list(write_zip([ZipMember("a", 3, 0, lambda: (b"ab",))]))


@pytest.mark.parametrize(
    "members", [[ZipMember("a", 1 << 32, 0, tuple)], [ZipMember("a", 0, 0, tuple)] * 65536]
)
def test_what_needs_the_larger_format_is_refused(members: list[ZipMember]) -> None:
    with pytest.raises(ValueError, match="too much"):
        measure_zip(members)
