# SPDX-License-Identifier: Apache-2.0
"""Packages of Hex say what they are, and their parts belong together."""

import pytest
from hypothesis import given, strategies

from atr.formats.hex_package import HexPackage, read_hex_package
from tests.support.packages import GENUINE_HEX, make_hex_package, make_hex_parts, make_tar


def test_a_genuine_package_is_read() -> None:
    assert read_hex_package([GENUINE_HEX]) == HexPackage("ledger_lens", "1.2.3")


@pytest.mark.parametrize("size", [1, 511, 513, 4000])
def test_the_size_of_the_chunks_does_not_matter(size: int) -> None:
    chunks = [b"", *(GENUINE_HEX[at : at + size] for at in range(0, len(GENUINE_HEX), size))]

    assert read_hex_package(chunks) == HexPackage("ledger_lens", "1.2.3")


def test_packages_of_tests_are_built_alike() -> None:
    assert read_hex_package([make_hex_package("a_b", "2.0.0-rc.1")]) == HexPackage("a_b", "2.0.0-rc.1")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"VERSION": b"4"}, "version 3"),
        ({"CHECKSUM": b"0" * 64}, "inner checksum"),
        ({"contents.tar.gz": b"other"}, "inner checksum"),
        ({"metadata.config": b"{a"}, "inner checksum"),
        ({"evil.sh": b""}, "does not belong"),
        ({"VERSION": b"3" * 17}, "too much"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(change: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_hex_package([make_tar({**make_hex_parts("a", "1.0.0"), **change})])


@pytest.mark.parametrize("missing", ["VERSION", "CHECKSUM", "metadata.config", "contents.tar.gz"])
def test_each_part_must_be_there(missing: str) -> None:
    parts = make_hex_parts("a", "1.0.0")
    del parts[missing]

    with pytest.raises(ValueError, match=f"it has no {missing}"):
        read_hex_package([make_tar(parts)])


@pytest.mark.parametrize(
    ("name", "version", "complaint"),
    [
        ("Upper", "1.0.0", "does not name"),
        ("a", '1">>}. oops', "cannot be read"),
        ("a", '1">>}.\n[].\n{a,<<"b', "no pair"),
    ],
)
def test_metadata_that_names_no_package_is_refused(name: str, version: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_hex_package([make_hex_package(name, version)])


@pytest.mark.parametrize("data", [b"", b"x" * 600, GENUINE_HEX[:700], GENUINE_HEX + b"more"])
def test_what_is_no_tar_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no package of Hex"):
        read_hex_package([data])


@given(strategies.integers(0, len(GENUINE_HEX) - 1), strategies.integers(1, 255))
def test_nothing_but_a_complaint_comes_of_damage(at: int, difference: int) -> None:
    damaged = bytearray(GENUINE_HEX)
    damaged[at] ^= difference
    try:
        read_hex_package([bytes(damaged)])
    except ValueError:
        return
