# SPDX-License-Identifier: Apache-2.0
"""Every rule finds what it is for, and lets good releases pass."""

import pytest

from atr.checks.describe import describe_rules
from tests.unit.checks.cases import ALL_CASES
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import Release


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_the_rule_sees_its_fixture(case: Case, release: Release) -> None:
    case.build(release)
    assert (case.rule in [finding.rule for finding in release.examine()]) is case.finds


def test_every_rule_has_fixtures_of_both_kinds() -> None:
    rules = {row.rule.id for row in describe_rules()}
    covered = {finds: {case.rule for case in ALL_CASES if case.finds is finds} for finds in (True, False)}
    assert rules - covered[True] == set()
    assert rules - covered[False] == set()
    assert (covered[True] | covered[False]) - rules == set()
