# SPDX-License-Identifier: Apache-2.0
"""How releases come along over the months: how many, how long each phase takes, what checks find."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from atr.domain.lifecycle import Phase


@dataclass(frozen=True, slots=True)
class PhaseStay:
    """How long releases stayed in a phase before they left it: how many did, and the median."""

    phase: Phase
    stays: int
    median: timedelta


@dataclass(frozen=True, slots=True)
class ReleaseActivity:
    """What happened in each month, the oldest first; findings are by severity."""

    months: tuple[date, ...]
    releases: tuple[int, ...]
    findings: Mapping[str, tuple[int, ...]]
    stays: tuple[PhaseStay, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not (any(self.releases) or self.stays or any(map(any, self.findings.values())))


def list_months(until: datetime, count: int) -> tuple[date, ...]:
    """Return the first days of the so many months that end with the one of the moment, oldest first."""
    newest = until.year * 12 + until.month - 1
    numbers = range(newest - count + 1, newest + 1)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)
