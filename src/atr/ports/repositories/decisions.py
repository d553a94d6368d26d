# SPDX-License-Identifier: Apache-2.0
"""What people decided about findings: acknowledgements of a revision, waivers of a project."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from atr.domain.check import Acknowledgement, Waiver
from atr.domain.names import ProjectKey, ReleaseKey, UserId


class Decisions(Protocol):
    """Acknowledgements and waivers."""

    def add_acknowledgements(
        self, release: ReleaseKey, revision: int, decisions: Sequence[Acknowledgement]
    ) -> None:
        """Keep decisions that one person made at one moment for one reason; earlier ones stay."""

    def carry_acknowledgements(self, release: ReleaseKey, revision: int) -> int:
        """Take over what was said on earlier revisions about the same findings on the same content.

        Return how many were taken over; a finding about which something is said already is left alone.
        """

    def list_acknowledgers(self, release: ReleaseKey, revision: int) -> frozenset[UserId]:
        """Return who acknowledged something on the revision."""

    def add_waiver(self, project: ProjectKey, waiver: Waiver) -> Waiver:
        """Keep the waiver; return it with its id."""

    def save_waiver(self, project: ProjectKey, waiver: Waiver) -> Waiver:
        """Replace the waiver, or raise Conflict if its edition is not the stored one; next edition."""

    def find_waiver(self, project: ProjectKey, waiver_id: int) -> Waiver | None:
        """Return the waiver, if it is there."""

    def list_waivers(self, project: ProjectKey) -> tuple[Waiver, ...]:
        """Return the project's waivers, oldest first."""

    def list_all_waivers(self, projects: Iterable[ProjectKey]) -> dict[ProjectKey, tuple[Waiver, ...]]:
        """Return the waivers of many projects, in one query."""

    def delete_waiver(self, project: ProjectKey, waiver_id: int) -> None:
        """Remove the waiver."""
