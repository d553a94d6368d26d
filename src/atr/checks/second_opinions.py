# SPDX-License-Identifier: Apache-2.0
"""One finding a file where the built-in check of headers and Apache RAT say the same."""

from collections.abc import Iterable
from dataclasses import replace

from atr.checks.apache_rat import UNAPPROVED
from atr.checks.headers import ALTERED, INCOMPLETE, MISSING
from atr.domain.check import Finding

_BOTH = ("built in", "apache rat")
_Place = tuple[str, str | None]
_HEADERS = frozenset({MISSING.id, INCOMPLETE.id, ALTERED.id})


def merge_opinions(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings; what both object to in a file is told once, and names both as `checkers`."""
    every = list(findings)
    by_rat = {_place(each) for each in every if each.rule == UNAPPROVED.id and each.member}
    if not by_rat:
        return every
    shared = {_place(each) for each in every if each.rule in _HEADERS} & by_rat
    kept = (each for each in every if each.rule != UNAPPROVED.id or _place(each) not in shared)
    return [_name_checkers(each, shared) for each in kept]


def _place(finding: Finding) -> _Place:
    return finding.artifact, finding.member


def _name_checkers(finding: Finding, shared: set[_Place]) -> Finding:
    if finding.rule not in _HEADERS or _place(finding) not in shared:
        return finding
    return replace(finding, data={**finding.data, "checkers": _BOTH})
