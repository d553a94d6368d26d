# SPDX-License-Identifier: Apache-2.0
"""What findings mean for going on: blocking, to be acknowledged, or accepted by a waiver."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atr.domain.check import (
    Acknowledgement,
    Finding,
    Severity,
    Waiver,
    count_severities,
    judge,
)
from atr.domain.names import UserId

NOW = datetime(2026, 1, 10, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
CONCERN = Finding("archive.root-name", Severity.CONCERN, "a.zip", "oddly named", "root")
BLOCKER = Finding("archive.damaged", Severity.BLOCKER, "a.zip", "damaged")
ERROR = Finding("check.failed", Severity.ERROR, "a.zip", "failed")
NOTE = Finding("archive.contents", Severity.NOTE, "a.zip", "holds much")
SEEN = Acknowledgement("archive.root-name", "a.zip", "root", ANN, "known", NOW)
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


def test_errors_and_blockers_block_and_concerns_wait() -> None:
    verdict = judge([NOTE, CONCERN, BLOCKER, ERROR], [], [], NOW)
    assert verdict.blocking == (ERROR, BLOCKER)
    assert verdict.unacknowledged == (CONCERN,)
    assert verdict.waived == ()


def test_an_acknowledged_concern_is_out_of_the_way() -> None:
    assert judge([CONCERN], [SEEN], [], NOW).unacknowledged == ()
    elsewhere = replace(CONCERN, member="other")
    assert judge([elsewhere], [SEEN], [], NOW).unacknowledged == (elsewhere,)


def test_nobody_can_acknowledge_a_blocker() -> None:
    decision = replace(SEEN, rule=BLOCKER.rule, member=None)
    assert judge([BLOCKER], [decision], [], NOW).blocking == (BLOCKER,)


@pytest.mark.parametrize("second", [None, ANN])
def test_a_waiver_for_a_blocker_needs_a_second_person(second: UserId | None) -> None:
    assert not replace(WAIVER, confirmed_by=second).covers(BLOCKER, NOW)
    assert replace(WAIVER, confirmed_by=BEN).covers(BLOCKER, NOW)


def test_a_waived_finding_is_shown_as_such() -> None:
    assert judge([BLOCKER], [], [replace(WAIVER, confirmed_by=BEN)], NOW).waived == (BLOCKER,)


def test_one_person_is_enough_to_waive_a_concern_at_a_member() -> None:
    waiver = replace(WAIVER, rule=CONCERN.rule, paths=("a.zip!root",))
    assert waiver.covers(CONCERN, NOW)
    assert not replace(waiver, paths=("a.zip",)).covers(CONCERN, NOW)


def test_a_waiver_ends_at_its_expiry() -> None:
    waiver = replace(WAIVER, rule=CONCERN.rule, paths=("*",), expires_at=NOW)
    assert not waiver.covers(CONCERN, NOW)
    assert waiver.covers(CONCERN, NOW - timedelta(seconds=1))


def test_counts_name_every_severity() -> None:
    assert count_severities([NOTE, NOTE, BLOCKER]) == {
        "error": 0,
        "blocker": 1,
        "concern": 0,
        "suggestion": 0,
        "note": 2,
    }
