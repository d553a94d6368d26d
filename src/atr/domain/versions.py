# SPDX-License-Identifier: Apache-2.0
"""The order of versions in a product line: semantic, calendar or date; and which one is `latest`."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import assert_never

from atr.domain.errors import Invalid
from atr.domain.names import Version

_NUMBERED = re.compile(r"v?((?>\d+(?:\.\d+)*))(?:[-._~]?([0-9A-Za-z][0-9A-Za-z._~-]*))?(?:\+.*)?")
_DATE = re.compile(r"v?(\d{4})[-._]?(\d{2})[-._]?(\d{2})(?:[-._](.+))?")
_FINAL_WORDS = re.compile(r"(incubating|final|ga|release|post|sp|patch|p)[.-]?\d*", re.IGNORECASE)
_PATCH_WORDS = re.compile(r"post|sp|patch|p", re.IGNORECASE)
_RUNS = re.compile(r"\d+|[A-Za-z]+")

VersionRank = tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]


class VersionOrder(StrEnum):
    """How a product line numbers its releases."""

    SEMVER = "semver"
    CALVER = "calver"
    DATE = "date"


def rank_version(version: Version, order: VersionOrder) -> VersionRank:
    """Return the sort key of a version; raise Invalid when it does not fit the order."""
    match order:
        case VersionOrder.DATE:
            numbers, suffix = _read_date(version)
        case VersionOrder.SEMVER | VersionOrder.CALVER:
            numbers, suffix = _read_numbers(version, order)
        case _:
            assert_never(order)
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    rank = _rank_suffix(suffix, order)
    return numbers, rank, _split_runs(suffix) if rank else ()


def is_prerelease(version: Version, order: VersionOrder) -> bool:
    """Tell whether the version announces itself as not final (SemVer 2.0, section 9)."""
    return rank_version(version, order)[1] < 0


def fits_order(version: Version, order: VersionOrder) -> bool:
    """Tell whether the version can be read in the order."""
    try:
        rank_version(version, order)
    except Invalid:
        return False
    return True


def find_latest(versions: Iterable[Version], order: VersionOrder) -> Version | None:
    """Return the highest version that fits and is not a prerelease, if there is one.

    Versions of equal rank, such as `1.0` and `1.0.0`, are told apart by their text.
    """
    fitting = (version for version in versions if fits_order(version, order))
    final = [version for version in fitting if not is_prerelease(version, order)]
    return max(final, key=lambda version: (rank_version(version, order), version), default=None)


def sort_newest_first(versions: Iterable[Version], order: VersionOrder) -> tuple[Version, ...]:
    """Return the versions from the highest to the lowest, those that do not fit the order last."""
    given = tuple(versions)
    fitting = [version for version in given if fits_order(version, order)]
    misfits = (version for version in given if not fits_order(version, order))
    ranked = sorted(fitting, key=lambda version: (rank_version(version, order), version), reverse=True)
    return (*ranked, *sorted(misfits))


def _read_numbers(version: Version, order: VersionOrder) -> tuple[tuple[int, ...], str]:
    found = _NUMBERED.fullmatch(version)
    if found is None:
        raise Invalid.field("version", f"{version} is not a {order} version: write numbers with dots first.")
    numbers = tuple(int(part) for part in found[1].split("."))
    if order is VersionOrder.CALVER and not (1 <= len(found[1].split(".")[0]) <= 4 and len(numbers) >= 2):
        raise Invalid.field(
            "version", f"{version} is not a calendar version: write year and number, such as 2026.11."
        )
    return numbers, found[2] or ""


def _read_date(version: Version) -> tuple[tuple[int, ...], str]:
    found = _DATE.fullmatch(version)
    complaint = f"{version} is not a date version: write year, month and day, such as 2026-11-21."
    if found is None:
        raise Invalid.field("version", complaint)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Invalid.field("version", complaint) from None
    return (day.year, day.month, day.day), found[4] or ""


def _rank_suffix(suffix: str, order: VersionOrder) -> int:
    """Return -1 for a prerelease, 0 for none or a word such as `incubating`, 1 for a later patch."""
    if not suffix:
        return 0
    if _FINAL_WORDS.fullmatch(suffix):
        return 1 if _PATCH_WORDS.match(suffix) else 0
    if suffix[0].isdigit():
        # `1.0.0-1` is a prerelease (SemVer 2.0, section 9); elsewhere it is the second build of a day.
        return -1 if order is VersionOrder.SEMVER else 1
    return -1


def _split_runs(suffix: str) -> tuple[tuple[int, int, str], ...]:
    """Return comparable pieces; numbers rank below words (SemVer 2.0, section 11.4)."""
    runs = _RUNS.findall(suffix.lower())
    return tuple((0, int(run), "") if run.isdigit() else (1, 0, run) for run in runs)
