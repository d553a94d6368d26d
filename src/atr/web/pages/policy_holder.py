# SPDX-License-Identifier: Apache-2.0
"""Whose policies they are: a project's or a product line's, and the ways to them."""

from dataclasses import dataclass

from atr.domain.names import ProductRef, ProjectKey
from atr.domain.permissions import Activity
from atr.services.door import Door
from atr.services.project_views import ShowProduct, ShowProject
from atr.web.addresses import locate_line, locate_project
from atr.web.components import Link
from atr.web.parts import WebRequest


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


def find_project_holder(request: WebRequest, door: Door, key: ProjectKey) -> Holder:
    """Return the project as the holder of its policies; raise NotFound."""
    found = door.ask(request.user, ShowProject(key)).project
    here = locate_project(key)
    return Holder(key, found.name, here, (Link("Projects", "/projects"), Link(found.name, here)))


def find_line_holder(request: WebRequest, door: Door, ref: ProductRef) -> Holder:
    """Return the product line as the holder of its policies; raise NotFound."""
    found, here = door.ask(request.user, ShowProduct(ref)), locate_line(ref)
    crumbs = (
        Link("Projects", "/projects"),
        Link(found.project.name, locate_project(ref.project)),
        Link(found.product.name, here),
    )
    return Holder(ref, found.product.name, here, crumbs)
