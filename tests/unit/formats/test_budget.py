# SPDX-License-Identifier: Apache-2.0
"""What reading may cost: each limit ends the reading, and nothing begins it again."""

import gzip
import io

import pytest

from atr.formats.archive import read_archive
from atr.formats.budget import Budget, Limits
from atr.formats.member import DefectKind, Unreadable
from tests.support.archives import TarMember, make_tar, make_tar_gz


def exhaust(limits: Limits, data: bytes, name: str = "a.tar.gz", seconds: float = 0.0) -> str:
    """Read until the budget ends it; return its words."""
    moments = iter((0.0, *[seconds] * 1_000_000))
    budget = Budget(limits, lambda: next(moments))
    entries = read_archive(io.BytesIO(data), name, budget, print)
    with pytest.raises(Unreadable) as caught:
        sum(len(chunk) for entry in entries for chunk in entry.chunks)
    assert caught.value.defect.kind is DefectKind.OVER_BUDGET
    assert budget.is_exhausted
    return str(caught.value)


def test_the_total_is_limited() -> None:
    assert "more than 1000000 bytes" in exhaust(
        Limits(total_bytes=1_000_000), make_tar_gz(TarMember("a", bytes(2_000_000)))
    )


def test_the_total_of_plain_archives_is_limited() -> None:
    assert "more than 5000 bytes" in exhaust(
        Limits(total_bytes=5000), make_tar(TarMember("a", bytes(9000))), "a.tar"
    )


def test_the_ratio_is_limited_beyond_a_harmless_size() -> None:
    bomb = gzip.compress(make_tar(TarMember("a", bytes(5_000_000))))
    assert "more than 200 times its size" in exhaust(Limits(ratio_floor=1_000_000), bomb)
    budget = Budget(Limits(), lambda: 0.0)
    assert len(list(read_archive(io.BytesIO(bomb), "a.tgz", budget, print))) == 1


def test_the_number_of_members_is_limited() -> None:
    many = make_tar_gz(*(TarMember(f"m{number}") for number in range(5)))
    assert "more than 4 members" in exhaust(Limits(members=4), many)


def test_extended_headers_count_as_members() -> None:
    long = make_tar_gz(*(TarMember("é" * 120 + str(number)) for number in range(3)))
    assert "more than 5 members" in exhaust(Limits(members=5), long)


def test_the_size_of_a_member_is_limited_before_it_is_read() -> None:
    assert "claims 100 bytes" in exhaust(Limits(member_bytes=99), make_tar_gz(TarMember("a", bytes(100))))


def test_the_length_of_a_path_is_limited() -> None:
    assert "more than 50 characters" in exhaust(Limits(path_bytes=50), make_tar_gz(TarMember("a" * 51)))


def test_the_time_is_limited_while_bytes_come() -> None:
    assert "more than 10 seconds" in exhaust(Limits(seconds=10), make_tar_gz(TarMember("a")), seconds=11)


def test_the_time_is_limited_while_members_come() -> None:
    budget = Budget(Limits(seconds=10), iter([0.0, 11.0]).__next__)
    for _ in range(1023):
        budget.spend_member("a", 0)
    with pytest.raises(Unreadable, match="more than 10 seconds"):
        budget.spend_member("a", 0)
