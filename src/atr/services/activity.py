# SPDX-License-Identifier: Apache-2.0
"""Looking at how releases come along; what is counted is public already."""

from dataclasses import dataclass

from atr.domain.activity import ReleaseActivity, list_months
from atr.domain.check import Severity
from atr.domain.names import ProjectKey
from atr.domain.permissions import Activity, Permission, Standing
from atr.services.door import Place, Query, Work

MONTHS = 12
MOST_MOVES = 5_000


@dataclass(frozen=True, slots=True)
class ShowActivity(Query[ReleaseActivity]):
    """What happened in the last twelve months, in one project or in all; phases by the newest moves."""

    project: ProjectKey | None = None

    @property
    def permission(self) -> Permission:
        """Return what the events of a project ask for; sums over all of them need nothing."""
        return Standing.ANYONE if self.project is None else Activity.VIEW_PROJECT_EVENTS

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def answer(self, work: Work) -> ReleaseActivity:
        """Return the counts; raise NotFound."""
        months, counts = list_months(work.now, MONTHS), work.unit.activity
        released = counts.count_releases(self.project, months[0])
        found = counts.count_findings(self.project, months[0])
        return ReleaseActivity(
            months=months,
            releases=tuple(released.get(month, 0) for month in months),
            findings={
                str(each): tuple(found.get(month, {}).get(str(each), 0) for month in months)
                for each in Severity
            },
            stays=counts.measure_phases(self.project, MOST_MOVES),
        )
