# SPDX-License-Identifier: Apache-2.0
"""What is told of projects and product lines; the number of queries does not grow with the lists."""

from collections.abc import Mapping
from dataclasses import dataclass

from atr.domain.lifecycle import Stage
from atr.domain.names import ProductKey, ProjectKey, UserId, Version
from atr.domain.people import Role
from atr.domain.permissions import Activity
from atr.domain.policy import EffectivePolicy
from atr.domain.project import ProductLine, Project, find_policy
from atr.domain.versions import find_latest, sort_newest_first
from atr.services.door import Work


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


def view_project(work: Work, project: Project) -> ProjectView:
    """Return everything that is told of the project."""
    sponsors = work.unit.projects.find_names((project.sponsor,)) if project.sponsor else {}
    return ProjectView(
        project=project,
        sponsor_name=sponsors.get(project.sponsor) if project.sponsor else None,
        lines=list_lines(work, project.key),
        policy=find_policy(project, None, work.around.foundation.default_policy),
        permitted=work.permitted,
    )


def list_lines(work: Work, key: ProjectKey) -> tuple[LineView, ...]:
    """Return the lines of a project with what is known of their releases, the main one first."""
    products = work.unit.products
    released, counts = products.list_released_versions(key), products.count_releases(key)

    def view_line(line: ProductLine) -> LineView:
        own: ProductKey = line.ref.product
        latest = find_latest(released.get(own, ()), line.version_order)
        return LineView(line, latest, counts.get(own, {}))

    return tuple(map(view_line, products.list(key)))


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


def view_roster(work: Work, project: Project) -> RosterView:
    """Return the roster with people's names."""
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
class ProductView:
    """A product line with everything that is set or inherited, and its released versions, newest first."""

    project: Project
    product: ProductLine
    latest: Version | None
    released: tuple[Version, ...]
    counts: Mapping[Stage, int]
    policy: EffectivePolicy
    permitted: frozenset[Activity]


def view_product(work: Work, project: Project, product: ProductLine) -> ProductView:
    """Return everything that is told of the product line."""
    released = work.unit.products.list_versions((product.ref,)).get(product.ref, ())
    return ProductView(
        project=project,
        product=product,
        latest=find_latest(released, product.version_order),
        released=sort_newest_first(released, product.version_order),
        counts=work.unit.products.count_releases(project.key).get(product.ref.product, {}),
        policy=find_policy(project, product, work.around.foundation.default_policy),
        permitted=work.permitted,
    )
