# SPDX-License-Identifier: Apache-2.0
"""What findings mean for going on: blocking, to be acknowledged, or accepted by a waiver."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atr.domain.check import (
    Finding,
    Rule,
    Severity,
    Waiver,
    count_severities,
    digest_rules,
)
from atr.domain.names import UserId, Version
from atr.domain.version_range import VersionRange
from atr.domain.versions import VersionOrder

NOW = datetime(2026, 1, 10, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
CONCERN = Finding("archive.root-name", Severity.CONCERN, "a.zip", "oddly named", "root")
BLOCKER = Finding("archive.damaged", Severity.BLOCKER, "a.zip", "damaged")
ERROR = Finding("check.failed", Severity.ERROR, "a.zip", "failed")
NOTE = Finding("archive.contents", Severity.NOTE, "a.zip", "holds much")
WAIVER = Waiver(1, "archive.damaged", ("*.zip",), "test data", ANN, NOW)


def test_findings_are_sorted_worst_first_and_then_by_place() -> None:
    found = [NOTE, CONCERN, BLOCKER, replace(BLOCKER, artifact="0.zip"), ERROR]
    ordered = sorted(found, key=lambda each: each.order)
    assert [(each.severity, each.artifact) for each in ordered] == [
        ("error", "a.zip"),
        ("blocker", "0.zip"),
        ("blocker", "a.zip"),
        ("concern", "a.zip"),
        ("note", "a.zip"),
    ]


def test_the_same_place_gives_a_finding_the_same_name() -> None:
    assert CONCERN.id == replace(CONCERN, message="named oddly").id
    assert (
        len({CONCERN.id, BLOCKER.id, replace(CONCERN, member=None).id, replace(CONCERN, artifact="b").id})
        == 4
    )


@pytest.mark.parametrize("second", [None, ANN])
def test_a_waiver_for_a_blocker_needs_a_second_person(second: UserId | None) -> None:
    assert not replace(WAIVER, confirmed_by=second).covers(BLOCKER)
    assert replace(WAIVER, confirmed_by=BEN).covers(BLOCKER)


def test_one_person_is_enough_to_waive_a_concern_at_a_member() -> None:
    waiver = replace(WAIVER, rule=CONCERN.rule, paths=("a.zip!root",))
    assert waiver.covers(CONCERN)
    assert not replace(waiver, paths=("a.zip",)).covers(CONCERN)
    assert not replace(waiver, rule="other").covers(CONCERN)


def test_a_waiver_ends_at_its_expiry() -> None:
    waiver = replace(WAIVER, expires_at=NOW)
    version, order = Version("1.0"), VersionOrder.SEMVER
    assert not waiver.holds_for(version, order, NOW)
    assert waiver.holds_for(version, order, NOW - timedelta(seconds=1))


def test_a_waiver_holds_for_its_versions() -> None:
    waiver = replace(WAIVER, versions=VersionRange.parse(">=1.2 <2"))
    held = [each for each in ("1.1", "1.2", "1.10", "2.0") if holds(waiver, each)]
    assert held == ["1.2", "1.10"]


def holds(waiver: Waiver, version: str) -> bool:
    return waiver.holds_for(Version(version), VersionOrder.SEMVER, NOW)


def test_the_digest_of_rules_tells_a_changed_version() -> None:
    first, second = Rule("a", Severity.NOTE, "", "", ""), Rule("b", Severity.NOTE, "", "", "")
    assert digest_rules([first, second]) == digest_rules([second, first])
    assert digest_rules([first]) != digest_rules([first, second])
    assert digest_rules([first]) != digest_rules([replace(first, version=2)])


def test_counts_name_every_severity() -> None:
    assert count_severities([NOTE, NOTE, BLOCKER]) == {
        "error": 0,
        "blocker": 1,
        "concern": 0,
        "suggestion": 0,
        "note": 2,
    }
