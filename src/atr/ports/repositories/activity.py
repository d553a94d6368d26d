# SPDX-License-Identifier: Apache-2.0
"""How releases come along, counted from releases and events; None means all projects."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from atr.domain.activity import PhaseStay
from atr.domain.names import ProjectKey


class Activities(Protocol):
    """Counts over months, in UTC."""

    def count_releases(self, project: ProjectKey | None, since: date) -> dict[date, int]:
        """Return how many releases were announced in each month; empty ones are left out."""

    def count_findings(self, project: ProjectKey | None, since: date) -> dict[date, Mapping[str, int]]:
        """Return what the last examination of each candidate in each month found, by severity."""

    def measure_phases(self, project: ProjectKey | None, moves: int) -> tuple[PhaseStay, ...]:
        """Return how long releases stayed in each phase, by the newest so many moves."""
