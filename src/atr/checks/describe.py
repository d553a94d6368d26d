# SPDX-License-Identifier: Apache-2.0
"""What the checks look for, as rows for people and for reports."""

from collections.abc import Iterable
from dataclasses import dataclass

from atr.checks import CHECKS
from atr.checks.contract import Check
from atr.checks.runner import CHECK_FAILED
from atr.domain.check import Rule


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule with the check it belongs to."""

    check: str
    rule: Rule


def describe_rules(checks: Iterable[Check] = CHECKS) -> tuple[RuleRow, ...]:
    """Return every rule in the order of the checks; `docs/reference/checks.md` is made of these."""
    rows = [RuleRow(check.name, rule) for check in checks for rule in check.rules]
    return (*rows, RuleRow("every check", CHECK_FAILED))
