# SPDX-License-Identifier: Apache-2.0
"""Findings as lists and as counts: a revision may have a hundred thousand of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from atr.domain.check import Severity
from atr.domain.names import ReleaseKey
from atr.domain.verdict import DecidedFinding, FindingTally, PlacedFinding
from atr.ports.repositories.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings to list; None means any, `most_per_rule` the first ones of each rule.

    `text` has to be in the rule's id, the place or the message, in whatever case; `most_per_file` are the
    first ones of each artifact.
    """

    severity: Severity | None = None
    rule: str | None = None
    most_per_rule: int | None = None
    artifact: str | None = None
    text: str = ""
    most_per_file: int | None = None


MOST_FINDINGS = 5_000


class Findings(Protocol):
    """The findings of revisions, with who acknowledged them; waivers are weighed by the domain."""

    def list(
        self, release: ReleaseKey, revision: int, which: FindingFilter, page: PageRequest
    ) -> Page[DecidedFinding]:
        """Return findings, the worst first; at most MOST_FINDINGS at once."""

    def tally(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[FindingTally, ...]]:
        """Return the counts of the shown revisions by rule, severity and artifact, in one query."""

    def list_placed(
        self, releases: Iterable[ReleaseKey], rules: Iterable[str]
    ) -> dict[ReleaseKey, tuple[PlacedFinding, ...]]:
        """Return where those rules found something in the shown revisions, in one query."""

    def list_named(
        self, release: ReleaseKey, revision: int, names: Iterable[str]
    ) -> tuple[PlacedFinding, ...]:
        """Return the findings of a revision with these ids."""
