# SPDX-License-Identifier: Apache-2.0
"""The examination of a revision, as services ask for it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, RevisionFacts
from atr.domain.key import SigningKey

ReportProgress = Callable[[int, int], object]  # files done, files in all


class FindingCache(Protocol):
    """Findings by cache key: rule versions, policy inputs and content are all in the key.

    The repository of checks has these methods too, so a unit of work's repository is such a cache.
    """

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return the findings kept under those keys; unknown keys are left out."""

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep findings by key; what is there already stays."""

    def find_tree(self, key: str) -> bytes | None:
        """Return the list of an archive's members kept under the key, if there is one."""

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep the list of an archive's members; what is there already stays."""


class Examiner(Protocol):
    """Runs every check over a revision."""

    def examine(
        self,
        facts: RevisionFacts,
        files: Sequence[FileEntry],
        keys: Sequence[SigningKey],
        report: ReportProgress,
    ) -> tuple[Finding, ...]:
        """Return all findings in their order; what a check could not do is a finding of severity `error`."""
