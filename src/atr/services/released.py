# SPDX-License-Identifier: Apache-2.0
"""What was released, the last announced first: for feeds, histories and whoever comes to download."""

from dataclasses import dataclass, field

from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey
from atr.domain.release import Release
from atr.ports.repositories.paging import Page, PageRequest
from atr.ports.repositories.releases import ReleaseFilter, RevisionSummary
from atr.services.door import Query, Work
from atr.services.products import find_product
from atr.services.projects import find_project


@dataclass(frozen=True, slots=True)
class ReleasedView:
    """A release that was announced, with the names people know it by, and what its files come to."""

    release: Release
    project_name: str
    line_name: str
    summary: RevisionSummary | None

    @property
    def name(self) -> str:
        """Return the name of what was released: the project, or another product line than its main one."""
        return self.project_name if self.release.key.product == MAIN else self.line_name

    @property
    def title(self) -> str:
        """Return name and version as people say them."""
        return f"{self.name} {self.release.key.version}"


@dataclass(frozen=True, slots=True)
class ListReleased(Query[Page[ReleasedView]]):
    """Releases that were announced, those archived or revoked since too, in a fixed number of queries."""

    project: ProjectKey | None = None
    product: ProductKey | None = None
    stage: Stage | None = None
    page: PageRequest = field(default_factory=PageRequest)

    def answer(self, work: Work) -> Page[ReleasedView]:
        """Return one page; raise NotFound for a project or product line that is not there."""
        if self.project is not None:
            find_project(work, self.project)
            if self.product is not None:
                find_product(work, ProductRef(self.project, self.product))
        which = ReleaseFilter(self.stage, project=self.project, product=self.product)
        found = work.unit.releases.list_released(which, self.page)
        return Page(_view_all(work, found.items), found.next)


def _view_all(work: Work, releases: tuple[Release, ...]) -> tuple[ReleasedView, ...]:
    projects = {each.key.project for each in releases}
    names = work.unit.projects.find_names(projects)
    lines = {line.ref: line.name for each in work.unit.products.list_many(projects).values() for line in each}
    summaries = work.unit.revisions.find_summaries(each.key for each in releases)
    return tuple(
        ReleasedView(each, names[each.key.project], lines[each.key.line], summaries.get(each.key))
        for each in releases
    )
