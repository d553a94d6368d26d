# SPDX-License-Identifier: Apache-2.0
"""Adding a product line to a project, and changing one."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.names import ProductKey, ProductRef, ProjectKey
from atr.domain.permissions import Activity
from atr.domain.project import ProductChange, ProductLine
from atr.domain.versions import VersionOrder
from atr.schema.names import ProductKeyText
from atr.services.door import Door
from atr.services.products import CreateProduct, EditProduct
from atr.services.project_views import ShowProduct, ShowProject
from atr.web.addresses import locate_line, locate_project
from atr.web.components import Link, Option
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.editing import require_permission
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page

_ORDERS = (
    Option(VersionOrder.SEMVER, "Semantic versions", "2.10.0 comes after 2.9.1"),
    Option(VersionOrder.CALVER, "Calendar versions", "2026.11 comes after 2026.2"),
    Option(VersionOrder.DATE, "Dates", "2026-11-21 comes after 2026-03-02"),
)


@dataclass(frozen=True, slots=True)
class LineFormView:
    """The form of a product line, a new one if there is no `line`; `back` leads out of it."""

    line: ProductLine | None
    action: str
    back: str
    orders: tuple[Option, ...]
    form: FormView


class NewLineForm(PageForm):
    """A new product line."""

    key: ProductKeyText
    name: str
    version_order: VersionOrder


class LineForm(PageForm):
    """A product line as somebody wants it; `edition` is the one that was shown."""

    edition: int
    name: str
    version_order: VersionOrder


@get("/projects/{project:str}/new-line", sync_to_thread=True)
def show_new_line(request: WebRequest, door: TheDoor, project: FromPath[ProjectKey]) -> Response[bytes]:
    """Show the form with which a product line is added."""
    return _show_new(request, door, project)


@post("/projects/{project:str}/new-line", sync_to_thread=True)
def add_line(
    request: WebRequest, data: FormData, door: TheDoor, project: FromPath[ProjectKey]
) -> Response[bytes] | Response[None]:
    """Add a product line."""

    def add(form: NewLineForm) -> ProductLine:
        ref = ProductRef(project, ProductKey(form.key))
        return door.perform(request.user, CreateProduct(ref, form.name, form.version_order)).product

    outcome = submit_form(NewLineForm, data, add)
    if isinstance(outcome, Rejected):
        return _show_new(request, door, project, outcome.form, outcome.status)
    line = outcome.result
    return go_to(request, locate_line(line.ref), Flash(f"The product line {line.name} was added."))


@get("/projects/{project:str}/{product:str}/edit", sync_to_thread=True)
def show_line_edit(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[bytes]:
    """Show the form with which a product line is changed."""
    return _show_edit(request, door, ProductRef(project, product))


@post("/projects/{project:str}/{product:str}/edit", sync_to_thread=True)
def edit_line(
    request: WebRequest,
    data: FormData,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
) -> Response[bytes] | Response[None]:
    """Change a product line, unless somebody else did meanwhile."""
    ref = ProductRef(project, product)

    def edit(form: LineForm) -> ProductLine:
        change = ProductChange(name=form.name, version_order=form.version_order)
        return door.perform(request.user, EditProduct(ref, change, expected=form.edition)).product

    outcome = submit_form(LineForm, data, edit)
    if isinstance(outcome, Rejected):
        return _show_edit(request, door, ref, outcome.form, outcome.status)
    return go_to(request, locate_line(ref), Flash(f"{outcome.result.name} was changed."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_new_line, add_line, show_line_edit, edit_line)


def _show_new(
    request: WebRequest, door: Door, key: ProjectKey, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowProject(key))
    require_permission(request.user, found.permitted, Activity.PRODUCT_ADMIN)
    here = locate_project(key)
    view = LineFormView(None, f"{here}/new-line", here, _ORDERS, form)
    crumbs = (Link("Projects", "/projects"), Link(found.project.name, here))
    page = Page("pages/product_form.html", "Add a product line", view, crumbs, "/projects", narrow=True)
    return show_page(request, page, status)


def _show_edit(
    request: WebRequest, door: Door, ref: ProductRef, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowProduct(ref))
    require_permission(request.user, found.permitted, Activity.PRODUCT_ADMIN)
    here = locate_line(ref)
    view = LineFormView(found.product, f"{here}/edit", here, _ORDERS, form)
    crumbs = (
        Link("Projects", "/projects"),
        Link(found.project.name, locate_project(ref.project)),
        Link(found.product.name, here),
    )
    page = Page("pages/product_form.html", "Edit the line", view, crumbs, "/projects", narrow=True)
    return show_page(request, page, status)
