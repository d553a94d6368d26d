# SPDX-License-Identifier: Apache-2.0
"""What findings come to: counted by rule and artifact, under waivers and acknowledgements."""

from datetime import UTC, datetime

import pytest

from atr.domain.check import Acknowledgement, Finding, Severity, Waiver
from atr.domain.names import UserId
from atr.domain.verdict import (
    DecidedFinding,
    FindingTally,
    PlacedFinding,
    Standing,
    Verdict,
    judge,
)

NOW = datetime(2026, 1, 10, tzinfo=UTC)
ANN = UserId("ann")
BLOCKERS = FindingTally("signature.bad", Severity.BLOCKER, "a.zip", 2)
ERRORS = FindingTally("check.failed", Severity.ERROR, "a.zip", 1)
CONCERNS = FindingTally("header.missing", Severity.CONCERN, "a.zip", 5, acknowledged=2)
NOTES = FindingTally("archive.contents", Severity.NOTE, "a.zip", 3)
WAIVER = Waiver(1, "header.missing", ("a.zip!test/*",), "test data", ANN, NOW)


def place(member: str, *, acknowledged: bool = False) -> PlacedFinding:
    return PlacedFinding("header.missing", Severity.CONCERN, "a.zip", member, acknowledged)


def test_errors_and_blockers_block_and_concerns_wait() -> None:
    verdict = judge((NOTES, CONCERNS, BLOCKERS, ERRORS), (), ())
    assert (verdict.blocking, verdict.unacknowledged, verdict.waived) == (3, 3, 0)


def test_what_a_waiver_covers_is_waived_and_no_longer_counted_as_acknowledged() -> None:
    placed = [place("test/a"), place("test/b", acknowledged=True), place("src/c", acknowledged=True)]
    verdict = judge((CONCERNS,), placed, (WAIVER,))
    (tally,) = verdict.tallies
    assert (tally.waived, tally.acknowledged, tally.undecided) == (2, 1, 2)
    assert (verdict.waived, verdict.unacknowledged) == (2, 2)


def test_counts_name_every_severity_with_and_without_the_waived() -> None:
    verdict = judge((CONCERNS, NOTES), [place("test/a")], (WAIVER,))
    all_of_them = {"error": 0, "blocker": 0, "concern": 5, "suggestion": 0, "note": 3}
    assert verdict.count_severities() == all_of_them
    assert verdict.count_severities(with_waived=False) == all_of_them | {"concern": 4}


def test_artifacts_of_one_rule_are_counted_together_the_worst_rule_first() -> None:
    other = FindingTally("header.missing", Severity.CONCERN, "b.zip", 1, waived=1)
    groups = Verdict((NOTES, CONCERNS, other, BLOCKERS)).group_rules()
    assert [(each.rule, each.total, each.undecided) for each in groups] == [
        ("signature.bad", 2, 2),
        ("header.missing", 6, 3),
        ("archive.contents", 3, 3),
    ]
    assert {each.artifact for each in groups} == {""}


@pytest.mark.parametrize(
    ("severity", "standing"),
    [
        (Severity.ERROR, Standing.BLOCKS),
        (Severity.BLOCKER, Standing.BLOCKS),
        (Severity.CONCERN, Standing.WAITS),
        (Severity.SUGGESTION, Standing.INFORMS),
        (Severity.NOTE, Standing.INFORMS),
    ],
)
def test_what_nobody_decided_about_stands_by_its_severity(severity: Severity, standing: Standing) -> None:
    assert DecidedFinding(Finding("x", severity, "a.zip", "")).standing is standing
    assert FindingTally("x", severity, "a.zip", 1).standing is standing


def test_a_decision_changes_how_a_finding_stands() -> None:
    finding = Finding("header.missing", Severity.CONCERN, "a.zip", "It has none.", "test/a")
    seen = Acknowledgement(finding.rule, finding.artifact, finding.member, ANN, "known", NOW)
    decided = DecidedFinding(finding, seen)
    assert decided.standing is Standing.ACKNOWLEDGED
    assert decided.under((WAIVER,)).standing is Standing.WAIVED
    assert decided.under((WAIVER,)).waiver is WAIVER
    assert decided.under(()).waiver is None


def test_places_are_named_as_waivers_name_them() -> None:
    assert place("x").place == "a.zip!x"
    assert PlacedFinding("x", Severity.NOTE, "a.zip", None, is_acknowledged=False).place == "a.zip"


def test_files_that_keep_the_release_most_come_first() -> None:
    tallies = (
        FindingTally("a.rule", Severity.CONCERN, "concerned.zip", 9),
        FindingTally("b.rule", Severity.BLOCKER, "decided.zip", 2, waived=2),
        FindingTally("b.rule", Severity.BLOCKER, "blocked.zip", 1),
        FindingTally("a.rule", Severity.CONCERN, "blocked.zip", 1),
    )
    verdict = Verdict(tallies)
    groups = verdict.group_artifacts()
    assert list(groups) == ["blocked.zip", "concerned.zip", "decided.zip"]
    assert groups["blocked.zip"] == tallies[2:]
    assert verdict.within("decided.zip") == Verdict(tallies[1:2])
    assert verdict.within(None) is verdict
