# SPDX-License-Identifier: Apache-2.0
"""A project or a product line with everything around it, as their pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from atr.domain.lifecycle import Stage
from atr.domain.names import ProductKey, ProductRef, ProjectKey
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity, explain_denial
from atr.domain.project import Project
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import Page, PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Place, Query, Work
from atr.services.events import EventView, name_actors
from atr.services.policies import PolicyView, view_policy
from atr.services.products import find_product
from atr.services.project_facts import (
    ProductView,
    ProjectView,
    RosterView,
    view_product,
    view_project,
    view_roster,
)
from atr.services.projects import find_project
from atr.services.releases import ListedRelease, ListReleases, explain_beginning

SHOWN_RELEASES = 8
SHOWN_EVENTS = 6
_ROUTINE = ("upload.begun", "upload.spared", "evaluation.requested", "evaluation.finished")


@dataclass(frozen=True, slots=True)
class ProjectPageView:
    """A project with everything around it; `begin_reasons` say why no release can be begun."""

    shown: ProjectView
    roster: RosterView
    policy: PolicyView
    releases: Mapping[Stage, Page[ListedRelease]]
    key_count: int
    events: tuple[EventView, ...]
    begin_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowProjectPage(Query[ProjectPageView]):
    """A project with everything around it, in a fixed number of queries."""

    key: ProjectKey

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.key)

    def answer(self, work: Work) -> ProjectPageView:
        """Return the view; raise NotFound."""
        project = find_project(work, self.key)
        return ProjectPageView(
            shown=view_project(work, project),
            roster=view_roster(work, project),
            policy=view_policy(work, project, None),
            releases=_list_releases(work, self.key),
            key_count=work.unit.keys.count_attached(self.key),
            events=_list_events(work, self.key),
            begin_reasons=_explain_beginning(work, project),
        )


@dataclass(frozen=True, slots=True)
class ProductPageView:
    """A product line with its releases, policy and newest events."""

    shown: ProductView
    policy: PolicyView
    releases: Mapping[Stage, Page[ListedRelease]]
    events: tuple[EventView, ...]
    begin_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowProductPage(Query[ProductPageView]):
    """A product line with everything around it, in a fixed number of queries."""

    ref: ProductRef

    @property
    def place(self) -> Place:
        """Return the line."""
        return Place.of_line(self.ref)

    def answer(self, work: Work) -> ProductPageView:
        """Return the view; raise NotFound."""
        project, line = find_project(work, self.ref.project), find_product(work, self.ref)
        return ProductPageView(
            shown=view_product(work, project, line),
            policy=view_policy(work, project, line),
            releases=_list_releases(work, self.ref.project, self.ref.product),
            events=_list_events(work, self.ref.project, self.ref.product),
            begin_reasons=_explain_beginning(work, project),
        )


def _list_releases(
    work: Work, project: ProjectKey, product: ProductKey | None = None
) -> Mapping[Stage, Page[ListedRelease]]:
    page = PageRequest(SHOWN_RELEASES)
    return {
        stage: ListReleases(ReleaseFilter(stage, project=project, product=product), page).answer(work)
        for stage in Stage
    }


def _list_events(work: Work, project: ProjectKey, product: ProductKey | None = None) -> tuple[EventView, ...]:
    which = EventFilter(project, product, except_names=_ROUTINE)
    return name_actors(work, work.unit.events.list(which, PageRequest(SHOWN_EVENTS)).items)


def _explain_beginning(work: Work, project: Project) -> tuple[str, ...]:
    """Return why the asker cannot begin a release now."""
    if work.actor.kind is ActorKind.ANONYMOUS:
        return ("Sign in first.", *explain_beginning(project))
    denied = Activity.RELEASE_ADMIN not in work.permitted
    denial = (explain_denial(Activity.RELEASE_ADMIN),) if denied else ()
    return (*denial, *explain_beginning(project))
