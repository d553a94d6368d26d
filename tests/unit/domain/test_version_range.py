# SPDX-License-Identifier: Apache-2.0
"""Ranges of versions, compared in the order of a product line."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.names import Version
from atr.domain.version_range import ANY_VERSION, VersionRange
from atr.domain.versions import VersionOrder

VERSIONS = ("0.9", "1.0.0-rc1", "1.0", "1.2", "1.10.1", "2.0")


def select(text: str, order: VersionOrder = VersionOrder.SEMVER) -> list[str]:
    chosen = VersionRange.parse(text)
    return [each for each in VERSIONS if chosen.holds(Version(each), order)]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("", ["0.9", "1.0.0-rc1", "1.0", "1.2", "1.10.1", "2.0"]),
        (">=1.2 <2", ["1.2", "1.10.1"]),
        (">= 1.2, < 2", ["1.2", "1.10.1"]),
        (">1.0<=2.0", ["1.2", "1.10.1", "2.0"]),
        ("<1.0", ["0.9", "1.0.0-rc1"]),
        ("1.*", ["1.0.0-rc1", "1.0", "1.2", "1.10.1"]),
        ("!=1.*", ["0.9", "2.0"]),
        ("1.?", ["1.0", "1.2"]),
        ("1.0.0", ["1.0"]),
        ("=1.2", ["1.2"]),
        ("==1.2.0", ["1.2"]),
        ("!=1.2 >=1.0", ["1.0", "1.10.1", "2.0"]),
    ],
)
def test_a_range_holds_versions_by_their_order(text: str, held: list[str]) -> None:
    assert select(text) == held


def test_dates_are_compared_as_dates() -> None:
    chosen = VersionRange.parse(">=2026-01-01 <2027-01-01")
    assert chosen.holds(Version("20260630"), VersionOrder.DATE)
    assert not chosen.holds(Version("2025-12-31"), VersionOrder.DATE)


def test_what_does_not_fit_the_order_is_in_no_comparison_and_equals_itself() -> None:
    assert not VersionRange.parse(">=1.0").holds(Version("2026-11-21"), VersionOrder.DATE)
    assert not VersionRange.parse(">=2026-01-01").holds(Version("1.0"), VersionOrder.DATE)
    assert VersionRange.parse("1.0").holds(Version("1.0"), VersionOrder.DATE)
    assert VersionRange.parse("!=1.0").holds(Version("1.1"), VersionOrder.DATE)


def test_the_empty_range_holds_everything() -> None:
    assert ANY_VERSION.holds(Version("1.0"), VersionOrder.DATE)
    assert VersionRange.parse("  ") == ANY_VERSION


@pytest.mark.parametrize(
    "text", [">=", "1.0 and 2.0", ">=1.*", "latest", "<>1", "1.2 <", ">=1..2", "9" * 101, ">=1" * 50]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        VersionRange.parse(text)
