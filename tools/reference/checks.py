# SPDX-License-Identifier: Apache-2.0
"""The page on the rules, from the checks that apply them."""

from atr.checks import CHECKS
from atr.checks.contract import Check
from atr.domain.check import Rule
from tools.reference.page import format_table

INTRODUCTION = """\
# Checks

Every file of a revision is examined by these rules, on the server and by `atr check` on your own machine.

| severity | meaning |
| --- | --- |
| error | the check itself failed: blocks until it is run again or waived |
| blocker | the vote cannot start |
| concern | has to be acknowledged, with name and reason, before the vote |
| suggestion | worth a thought |
| note | good to know |
"""


def render_checks() -> str:
    """Return the page: one section a check, one line a rule."""
    return "\n".join([INTRODUCTION, *map(render_check, CHECKS)])


def render_check(check: Check) -> str:
    """Return the section on one check."""
    head = ("rule", "severity", "what it finds", "clause", "what to do")
    return f"## {check.name}\n\n{format_table(head, map(list_cells, check.rules))}"


def list_cells(rule: Rule) -> tuple[str, ...]:
    """Return one line of the table."""
    return (f"`{rule.id}`", rule.severity, rule.title, rule.clause, rule.fix)
