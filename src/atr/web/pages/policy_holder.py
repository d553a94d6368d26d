# SPDX-License-Identifier: Apache-2.0
"""Whose policies they are: a project's or a product line's, and the ways to them."""

from dataclasses import dataclass

from litestar import Router
from litestar.di import NamedDependency, Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, SkipValidation

from atr.domain.names import ProductKey, ProductRef, ProjectKey
from atr.domain.permissions import Activity
from atr.services.project_views import ShowProduct, ShowProject
from atr.web.addresses import locate_line, locate_project
from atr.web.components import Link
from atr.web.parts import TheDoor, WebRequest


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose policies they are; `crumbs` lead there."""

    ref: ProjectKey | ProductRef
    name: str
    here: str
    crumbs: tuple[Link, ...]

    @property
    def votes_path(self) -> str:
        """Return where the vote policy is."""
        return f"{self.here}/policy"

    @property
    def checks_path(self) -> str:
        """Return where the check policy is."""
        return f"{self.here}/policy/checks"

    @property
    def activity(self) -> Activity:
        """Return what it takes to change a policy here."""
        return Activity.PROJECT_ADMIN if isinstance(self.ref, ProjectKey) else Activity.PRODUCT_ADMIN


TheHolder = NamedDependency[SkipValidation[Holder]]
"""Annotate a handler's `holder` with this where `place_policies` puts it."""


def find_project_holder(request: WebRequest, door: TheDoor, project: FromPath[ProjectKey]) -> Holder:
    """Return the project as the holder of its policies; raise NotFound."""
    found = door.ask(request.user, ShowProject(project)).project
    here = locate_project(project)
    return Holder(project, found.name, here, (Link("Projects", "/projects"), Link(found.name, here)))


def find_line_holder(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Holder:
    """Return the product line as the holder of its policies; raise NotFound."""
    ref = ProductRef(project, product)
    found, here = door.ask(request.user, ShowProduct(ref)), locate_line(ref)
    crumbs = (
        Link("Projects", "/projects"),
        Link(found.project.name, locate_project(project)),
        Link(found.product.name, here),
    )
    return Holder(ref, found.product.name, here, crumbs)


def place_policies(path: str, *handlers: BaseRouteHandler) -> tuple[Router, Router]:
    """Return the handlers of a kind of policy below projects, and below product lines."""
    ways = (
        ("/projects/{project:str}", find_project_holder),
        ("/projects/{project:str}/{product:str}", find_line_holder),
    )
    project, line = (
        Router(
            f"{place}{path}",
            route_handlers=handlers,
            dependencies={"holder": Provide(find, sync_to_thread=True)},
        )
        for place, find in ways
    )
    return project, line
