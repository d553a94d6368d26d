# SPDX-License-Identifier: Apache-2.0
"""Findings of one check that may be many: so many of each rule are told one by one, the rest as a number."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from atr.checks.contract import make_finding
from atr.domain.check import Finding, FindingData, Rule

MOST_PER_RULE = 500
MOST_NAMES = 100
_NOTHING: Mapping[str, FindingData] = MappingProxyType({})


class FindingList:
    """Gathers the findings about one artifact."""

    __slots__ = ("_artifact", "_counts", "_found", "_limit")

    def __init__(self, artifact: str, limit: int = MOST_PER_RULE) -> None:
        """Tell up to `limit` findings of each rule."""
        self._artifact = artifact
        self._limit = limit
        self._found: list[Finding] = []
        self._counts: dict[Rule, int] = {}

    def add(self, rule: Rule, member: str, words: str, data: Mapping[str, FindingData] = _NOTHING) -> None:
        """Add what was found at a member; the message is its path and the words."""
        count = self._counts[rule] = self._counts.get(rule, 0) + 1
        if count <= self._limit:
            self._found.append(
                make_finding(rule, self._artifact, f"{member} {words}", member=member, data=data)
            )

    def count(self, rule: Rule, number: int) -> None:
        """Add findings of which nothing but the number is known."""
        self._counts[rule] = self._counts.get(rule, 0) + number

    def conclude(self) -> Iterator[Finding]:
        """Yield the findings, and how many more there are of each rule."""
        yield from self._found
        told: dict[str, int] = {}
        for finding in self._found:
            told[finding.rule] = told.get(finding.rule, 0) + 1
        for rule, count in self._counts.items():
            more = count - told.get(rule.id, 0)
            if more > 0:
                message = f"There are {more} more of these."
                yield make_finding(rule, self._artifact, message, data={"count": count})
