# SPDX-License-Identifier: Apache-2.0
"""What people see of projects and product lines; the number of queries does not grow with the lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from atr.domain.errors import Invalid
from atr.domain.lifecycle import Stage
from atr.domain.names import ProductKey, ProductRef, ProjectKey, UserId, Version
from atr.domain.people import Role
from atr.domain.permissions import Activity
from atr.domain.policy import EffectivePolicy
from atr.domain.project import ProductLine, Project, ProjectStatus, find_policy
from atr.domain.versions import find_latest, sort_newest_first
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest
from atr.services.door import Place, Query, Work
from atr.services.products import find_product
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
        lines = work.unit.products.list_many(each.key for each in found.items)
        mains = {line.ref: line for each in lines.values() for line in each if line.is_main}
        versions = work.unit.products.list_versions(mains)
        latest = {
            ref.project: find_latest(versions.get(ref, ()), line.version_order) for ref, line in mains.items()
        }
        summaries = tuple(
            ProjectSummary(each, len(lines.get(each.key, ())), latest.get(each.key)) for each in found.items
        )
        return Page(summaries, found.next)


@dataclass(frozen=True, slots=True)
class LineView:
    """A product line with its latest version and the number of releases in each stage."""

    product: ProductLine
    latest: Version | None
    counts: Mapping[Stage, int]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project with its lines; `permitted` is what the asker may do here."""

    project: Project
    sponsor_name: str | None
    lines: tuple[LineView, ...]
    policy: EffectivePolicy
    permitted: frozenset[Activity]


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
        project = find_project(work, self.key)
        sponsors = work.unit.projects.find_names((project.sponsor,)) if project.sponsor else {}
        return ProjectView(
            project=project,
            sponsor_name=sponsors.get(project.sponsor) if project.sponsor else None,
            lines=_list_lines(work, self.key),
            policy=find_policy(project, None, work.around.foundation.default_policy),
            permitted=work.permitted,
        )


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a roster."""

    user: UserId
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class RosterView:
    """Everybody on a project's roster, by name."""

    project: Project
    members: tuple[Member, ...]
    permitted: frozenset[Activity]

    def list_holders(self, role: Role) -> tuple[Member, ...]:
        """Return those who hold the role."""
        return tuple(each for each in self.members if role in each.roles)


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
        project = find_project(work, self.key)
        roster = project.roster
        users = roster.pmc_members | roster.committers | roster.release_managers
        names = work.unit.people.find_names(users)
        members = (
            Member(user, names.get(user, user), tuple(role for role in Role if role in roster.roles_of(user)))
            for user in users
        )
        ordered = sorted(members, key=lambda member: (member.name.casefold(), member.user))
        return RosterView(project, tuple(ordered), work.permitted)


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
        return _list_lines(work, self.key)


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product line with everything that is set or inherited, and its released versions, newest first."""

    project: Project
    product: ProductLine
    latest: Version | None
    released: tuple[Version, ...]
    counts: Mapping[Stage, int]
    policy: EffectivePolicy
    permitted: frozenset[Activity]


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
        project, product = find_project(work, self.ref.project), find_product(work, self.ref)
        released = work.unit.products.list_versions((self.ref,)).get(self.ref, ())
        return ProductView(
            project=project,
            product=product,
            latest=find_latest(released, product.version_order),
            released=sort_newest_first(released, product.version_order),
            counts=work.unit.products.count_releases(self.ref.project).get(self.ref.product, {}),
            policy=find_policy(project, product, work.around.foundation.default_policy),
            permitted=work.permitted,
        )


def _list_lines(work: Work, key: ProjectKey) -> tuple[LineView, ...]:
    products = work.unit.products
    released, counts = products.list_released_versions(key), products.count_releases(key)

    def view_line(line: ProductLine) -> LineView:
        own: ProductKey = line.ref.product
        latest = find_latest(released.get(own, ()), line.version_order)
        return LineView(line, latest, counts.get(own, {}))

    return tuple(map(view_line, products.list(key)))


def _cut_page(projects: tuple[Project, ...], page: PageRequest) -> Page[Project]:
    limit, begin = min(max(page.limit, 1), MOST_ITEMS), 0
    if page.after is not None:
        keys = [project.key for project in projects]
        if page.after not in keys:
            raise Invalid.field("cursor", "This cursor was not made by the list: begin without one.")
        begin = keys.index(ProjectKey(page.after)) + 1
    items = projects[begin : begin + limit]
    return Page(items, items[-1].key if begin + limit < len(projects) else None)
