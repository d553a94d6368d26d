# SPDX-License-Identifier: Apache-2.0
"""Questions about projects and product lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from atr.domain.errors import Invalid
from atr.domain.names import ProductRef, ProjectKey, Version
from atr.domain.project import Project, ProjectStatus
from atr.domain.versions import find_latest
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest
from atr.services.door import Place, Query, Work
from atr.services.products import find_product
from atr.services.project_facts import (
    LineView,
    ProductView,
    ProjectView,
    RosterView,
    list_lines,
    view_product,
    view_project,
    view_roster,
)
from atr.services.projects import find_project


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project in a list: how many lines it has, and the latest version of the main one."""

    project: Project
    line_count: int
    latest: Version | None


@dataclass(frozen=True, slots=True)
class ListProjects(Query[Page[ProjectSummary]]):
    """Projects in order of their names."""

    status: ProjectStatus | None = None
    text: str = ""
    page: PageRequest = field(default_factory=PageRequest)

    def answer(self, work: Work) -> Page[ProjectSummary]:
        """Return one page; raise Invalid for a cursor of another list."""
        found = _cut_page(work.unit.projects.list(self.status, self.text), self.page)
        return Page(summarize_projects(work, found.items), found.next)


@dataclass(frozen=True, slots=True)
class CountProjects(Query[Mapping[ProjectStatus, int]]):
    """How many projects match the words in each status."""

    text: str = ""

    def answer(self, work: Work) -> Mapping[ProjectStatus, int]:
        """Return the numbers; statuses that none has are left out."""
        return work.unit.projects.count_statuses(self.text)


def summarize_projects(work: Work, projects: Sequence[Project]) -> tuple[ProjectSummary, ...]:
    """Return the projects as lists show them, in two queries."""
    lines = work.unit.products.list_many(each.key for each in projects)
    mains = {line.ref: line for each in lines.values() for line in each if line.is_main}
    versions = work.unit.products.list_versions(mains)
    latest = {
        ref.project: find_latest(versions.get(ref, ()), line.version_order) for ref, line in mains.items()
    }
    return tuple(
        ProjectSummary(each, len(lines.get(each.key, ())), latest.get(each.key)) for each in projects
    )


@dataclass(frozen=True, slots=True)
class ShowProject(Query[ProjectView]):
    """One project."""

    key: ProjectKey

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.key)

    def answer(self, work: Work) -> ProjectView:
        """Return the project; raise NotFound."""
        return view_project(work, find_project(work, self.key))


@dataclass(frozen=True, slots=True)
class ShowRoster(Query[RosterView]):
    """Who is what in a project."""

    key: ProjectKey

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.key)

    def answer(self, work: Work) -> RosterView:
        """Return the roster with people's names; raise NotFound."""
        return view_roster(work, find_project(work, self.key))


@dataclass(frozen=True, slots=True)
class ListProducts(Query[tuple[LineView, ...]]):
    """The product lines of a project, the main one first."""

    key: ProjectKey

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.key)

    def answer(self, work: Work) -> tuple[LineView, ...]:
        """Return all lines; raise NotFound."""
        return list_lines(work, self.key)


@dataclass(frozen=True, slots=True)
class ShowProduct(Query[ProductView]):
    """One product line."""

    ref: ProductRef

    @property
    def place(self) -> Place:
        """Return the line."""
        return Place.of_line(self.ref)

    def answer(self, work: Work) -> ProductView:
        """Return the line; raise NotFound."""
        return view_product(work, find_project(work, self.ref.project), find_product(work, self.ref))


def _cut_page(projects: tuple[Project, ...], page: PageRequest) -> Page[Project]:
    limit, begin = min(max(page.limit, 1), MOST_ITEMS), 0
    if page.after is not None:
        keys = [project.key for project in projects]
        if page.after not in keys:
            raise Invalid.field("cursor", "This cursor was not made by the list: begin without one.")
        begin = keys.index(ProjectKey(page.after)) + 1
    items = projects[begin : begin + limit]
    return Page(items, items[-1].key if begin + limit < len(projects) else None)
