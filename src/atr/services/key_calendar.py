# SPDX-License-Identifier: Apache-2.0
"""Which keys end when: over the next twelve months, and which ended lately; as public as the keys are."""

from dataclasses import dataclass
from datetime import timedelta

from atr.domain.names import ProjectKey
from atr.services.door import Query, Work
from atr.services.key_views import KeyView, view_keys
from atr.services.projects import find_project

AHEAD = timedelta(days=366)
BEHIND = timedelta(days=92)
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ListEndingKeys(Query[tuple[KeyView, ...]]):
    """Keys that projects sign with and whose time ends, of one project or of all, the first to end first."""

    project: ProjectKey | None = None

    def answer(self, work: Work) -> tuple[KeyView, ...]:
        """Return at most five hundred; raise NotFound."""
        if self.project is not None:
            find_project(work, self.project)
        begin, end = work.now - BEHIND, work.now + AHEAD
        return view_keys(work, work.unit.key_ends.list_ending(self.project, begin, end, MOST_SHOWN))
