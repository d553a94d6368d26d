# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings and decisions about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from atr.domain.check import Acknowledgement, Evaluation, Finding, Waiver
from atr.domain.names import ProjectKey, ReleaseKey


class Checks(Protocol):
    """Evaluations and what people decided about their findings."""

    def find_evaluation(
        self, release: ReleaseKey, revision: int, *, with_findings: bool = True
    ) -> Evaluation | None:
        """Return the evaluation of a revision, if one was asked for."""

    def find_evaluations(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, Evaluation]:
        """Return the evaluations of the shown revisions, with only those findings that can hold a step up."""

    def list_decisions(self, releases: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[Acknowledgement, ...]]:
        """Return the decisions about the shown revisions of many releases, in one query."""

    def list_all_waivers(self, projects: Iterable[ProjectKey]) -> dict[ProjectKey, tuple[Waiver, ...]]:
        """Return the waivers of many projects, in one query."""

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
    ) -> None:
        """Replace the findings and mark the evaluation finished.

        Raise Conflict when it was not begun at the given moment: it was asked for, or begun, again since.
        """

    def add_acknowledgement(self, release: ReleaseKey, revision: int, decision: Acknowledgement) -> None:
        """Keep the decision."""

    def list_acknowledgements(self, release: ReleaseKey, revision: int) -> tuple[Acknowledgement, ...]:
        """Return the decisions about a revision."""

    def add_waiver(self, project: ProjectKey, waiver: Waiver) -> Waiver:
        """Keep the waiver; return it with its id."""

    def save_waiver(self, project: ProjectKey, waiver: Waiver) -> None:
        """Replace the waiver."""

    def find_waiver(self, project: ProjectKey, waiver_id: int) -> Waiver | None:
        """Return the waiver, if it is there."""

    def list_waivers(self, project: ProjectKey) -> tuple[Waiver, ...]:
        """Return the project's waivers."""

    def delete_waiver(self, project: ProjectKey, waiver_id: int) -> None:
        """Remove the waiver."""

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return the findings kept under those cache keys, in one query."""

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep findings by cache key; what is there already stays."""

    def find_tree(self, key: str) -> bytes | None:
        """Return the list of an archive's members kept under the key, if there is one."""

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep the list of an archive's members; what is there already stays."""
