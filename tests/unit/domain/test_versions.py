# SPDX-License-Identifier: Apache-2.0
"""Versions are ordered as their product line numbers them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis.strategies import from_regex, lists, permutations, sampled_from

from atr.domain.errors import Invalid
from atr.domain.names import Version
from atr.domain.versions import (
    VersionOrder,
    find_latest,
    fits_order,
    is_prerelease,
    rank_version,
    sort_newest_first,
)

SEMVER, CALVER, DATE = VersionOrder
# SemVer 2.0, sections 11.2, 11.3 and 11.4, and Apache projects' own habits.
ASCENDING = {
    SEMVER: [
        ["1.0.0", "2.0.0", "2.1.0", "2.1.1"],
        ["1.0.0-alpha", "1.0.0"],
        [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
        ],
        ["1.0.0-0.3.7", "1.0.0-x.7.z.92", "1.0.0-x-y-z", "1.0.0"],
        ["1.9.0", "1.10.0", "1.11.0"],
        ["2.0.0-M1", "2.0.0-M2", "2.0.0-M10", "2.0.0-rc1", "2.0.0", "2.0.0-post1", "2.0.1"],
        ["0.9-incubating", "1.0-rc1-incubating", "1.0-incubating", "1.1-incubating-rc2", "1.1"],
        ["1.0a1", "1.0b1", "1.0rc1", "1.0", "1.0.post1"],
        ["v1.0", "v1.0.1", "v2"],
        ["1.0-sp1", "1.0-sp2"],
    ],
    CALVER: [
        ["25.10", "25.10.1", "26.4"],
        ["2026.9", "2026.11-rc1", "2026.11", "2026.11-1", "2026.11-2", "2026.11.1", "2027.1"],
    ],
    DATE: [
        ["2026-01-31", "2026-02-01-rc1", "2026-02-01", "2026-02-01-2", "2026-02-01-10", "2026-02-02"],
        ["20251231", "2026.01.01", "2026_01_02"],
    ],
}
SEQUENCES = [(order, sequence) for order, sequences in ASCENDING.items() for sequence in sequences]
PRERELEASES = ["1.0-alpha", "1.0-beta2", "1.0-rc1", "1.0rc1", "1.0-M1", "1.0-SNAPSHOT", "1.0.dev3", "1.0-1"]
FINALS = [
    "1.0",
    "v1.0",
    "1.0-incubating",
    "1.0.Final",
    "1.0-GA",
    "1.0-RELEASE",
    "1.0+build.5",
    "1.0-post1",
    "1.0-p3",
]
MISFITS = [
    (SEMVER, "1.0-"),
    (SEMVER, "1..0"),
    (SEMVER, "1.0."),
    (CALVER, "2026"),
    (CALVER, "20261.1"),
    (DATE, "1.0.0"),
    (DATE, "2026-02-30"),
    (DATE, "2026-13-01"),
]
ANY_VERSION = from_regex(Version.pattern, fullmatch=True).map(Version)
LIKELY_VERSION = from_regex(
    r"v?(0|[1-9][0-9]?)(\.[0-9]{1,2}){1,3}(-(alpha|beta|rc|M|incubating|post)\.?[0-9]?)?", fullmatch=True
).map(Version)


@pytest.mark.parametrize(("order", "sequence"), SEQUENCES)
def test_each_version_comes_before_the_next(order: VersionOrder, sequence: list[str]) -> None:
    versions = tuple(map(Version, sequence))
    for earlier, later in pairwise(versions):
        assert rank_version(earlier, order) < rank_version(later, order), f"{earlier} before {later}"
    assert sort_newest_first(sorted(versions), order) == versions[::-1]


@pytest.mark.parametrize("written", PRERELEASES)
def test_prereleases_announce_themselves(written: str) -> None:
    assert is_prerelease(Version(written), SEMVER)


@pytest.mark.parametrize("written", FINALS)
def test_finals_are_no_prereleases(written: str) -> None:
    assert not is_prerelease(Version(written), SEMVER)


@pytest.mark.parametrize("same", [("1.0", "1.0.0"), ("1.0", "v1.0"), ("1.0.0+a", "1.0.0+b"), ("1", "1-ga")])
def test_some_versions_rank_alike(same: tuple[str, str]) -> None:
    first, second = map(Version, same)
    assert rank_version(first, SEMVER) == rank_version(second, SEMVER)


@pytest.mark.parametrize(("order", "written"), MISFITS)
def test_a_version_that_does_not_fit_is_refused(order: VersionOrder, written: str) -> None:
    with pytest.raises(Invalid, match=f"{written} is not a") as refusal:
        rank_version(Version(written), order)
    assert refusal.value.problems[0].field == "version"
    assert not fits_order(Version(written), order)


def test_the_latest_is_the_highest_final_one() -> None:
    versions = map(Version, ["1.9", "1.10", "2.0-rc1", "1.2"])
    assert find_latest(versions, SEMVER) == "1.10"


def test_without_final_versions_there_is_no_latest() -> None:
    assert find_latest(map(Version, ["1.0-rc1", "1.0-M1"]), SEMVER) is None
    assert find_latest((), SEMVER) is None


def test_a_podling_release_is_final() -> None:
    assert find_latest(map(Version, ["0.1-incubating", "0.2-incubating"]), SEMVER) == "0.2-incubating"


def test_misfits_are_never_latest_and_stand_last() -> None:
    versions = tuple(map(Version, ["2026-11-21", "9.9.9", "2026-11-20", "1.0"]))
    assert find_latest(versions, DATE) == "2026-11-21"
    assert sort_newest_first(versions, DATE) == ("2026-11-21", "2026-11-20", "1.0", "9.9.9")


@given(ANY_VERSION, sampled_from(VersionOrder))
def test_a_version_is_ranked_or_refused(version: Version, order: VersionOrder) -> None:
    if fits_order(version, order):
        assert is_prerelease(version, order) in {True, False}
    else:
        with pytest.raises(Invalid):
            rank_version(version, order)


@given(LIKELY_VERSION, LIKELY_VERSION)
def test_the_order_is_total_and_antisymmetric(first: Version, second: Version) -> None:
    ranks = rank_version(first, SEMVER), rank_version(second, SEMVER)
    assert (ranks[0] < ranks[1]) + (ranks[0] > ranks[1]) + (ranks[0] == ranks[1]) == 1
    assert sort_newest_first((first, second), SEMVER) == sort_newest_first((second, first), SEMVER)


@given(lists(LIKELY_VERSION, min_size=3, max_size=3, unique=True))
def test_the_order_is_transitive(versions: list[Version]) -> None:
    newest, middle, oldest = sort_newest_first(versions, SEMVER)
    ranks = [rank_version(each, SEMVER) for each in (oldest, middle, newest)]
    assert ranks[0] <= ranks[1] <= ranks[2]
    assert ranks[0] <= ranks[2]


@given(permutations([Version(text) for text in ("1.0", "1.0.0", "v1.0", "0.9", "1.1-rc1", "1.0-ga")]))
def test_the_latest_does_not_depend_on_the_order_of_asking(versions: list[Version]) -> None:
    assert find_latest(versions, SEMVER) == "v1.0"


@given(lists(LIKELY_VERSION, max_size=8))
def test_nothing_final_is_higher_than_the_latest(versions: list[Version]) -> None:
    latest = find_latest(versions, SEMVER)
    finals = [version for version in versions if not is_prerelease(version, SEMVER)]
    assert (latest is None) == (not finals)
    assert latest is None or all(
        rank_version(version, SEMVER) <= rank_version(latest, SEMVER) for version in finals
    )
