# SPDX-License-Identifier: Apache-2.0
"""Evaluations, what they found, and what is remembered by content."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from atr.domain.check import UNKNOWN_BASIS, Basis, Evaluation, Finding
from atr.domain.names import ReleaseKey


class Checks(Protocol):
    """Evaluations, and findings by cache key."""

    def find_evaluation(self, release: ReleaseKey, revision: int) -> Evaluation | None:
        """Return the evaluation of a revision, if one was asked for."""

    def find_evaluations(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, Evaluation]:
        """Return the evaluations of the shown revisions."""

    def list_outdated(self, rules: str, before: datetime) -> tuple[tuple[ReleaseKey, int], ...]:
        """Return the shown revisions of open candidates that were examined by other rules before then."""

    def request_evaluation(self, release: ReleaseKey, revision: int) -> None:
        """Put the evaluation back to waiting, without findings."""

    def note_progress(self, release: ReleaseKey, revision: int, done: int, total: int, now: datetime) -> None:
        """Record how many files were examined of how many."""

    def begin_evaluation(self, release: ReleaseKey, revision: int, now: datetime) -> bool:
        """Mark the evaluation as begun at the moment; return False for one that is finished."""

    def finish_evaluation(
        self,
        release: ReleaseKey,
        revision: int,
        found: tuple[Finding, ...],
        now: datetime,
        begun_at: datetime | None = None,
        basis: Basis = UNKNOWN_BASIS,
    ) -> None:
        """Replace the findings and mark the evaluation finished.

        Raise Conflict when it was not begun at the given moment: it was asked for, or begun, again since.
        """

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return the findings kept under those cache keys, in one query."""

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep findings by cache key; what is there already stays."""

    def find_tree(self, key: str) -> bytes | None:
        """Return the list of an archive's members kept under the key, if there is one."""

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep the list of an archive's members; what is there already stays."""
