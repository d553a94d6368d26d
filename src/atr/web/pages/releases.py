# SPDX-License-Identifier: Apache-2.0
"""The page of a release, the steps taken on it, and beginning a release."""

from dataclasses import dataclass

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel, ConfigDict

from atr.domain.lifecycle import Phase
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.permissions import Activity, explain_denial
from atr.domain.versions import VersionOrder
from atr.services.phase_steps import TakeStep
from atr.services.project_views import ShowProduct
from atr.services.releases import CreateRelease
from atr.web.api.release_key import TheRelease
from atr.web.components import PHASE_LABELS, Link
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_overview import make_overview
from atr.web.pages.release_paths import ReleasePaths, make_crumb_path
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import Page, go_to, show_page
from atr.web.reuse import reuse_page

_EXAMPLES = {
    VersionOrder.SEMVER: "Such as 2.4.1 or 2.5.0-rc1.",
    VersionOrder.CALVER: "Such as 2026.11 or 2026.11.2.",
    VersionOrder.DATE: "A date, such as 2026-11-21.",
}


class StepForm(BaseModel):
    """A step to another phase."""

    model_config = ConfigDict(extra="forbid")

    to: Phase
    reason: str = ""


@get("/", sync_to_thread=True)
def show_release(request: WebRequest, parts: TheParts, release: TheRelease) -> Response[bytes]:
    """Show where the release is, what blocks it, and everything around it."""

    def show() -> Response[bytes]:
        visit = open_visit(request, parts, release)
        return show_release_page(visit, "release.html", make_overview(visit))

    return reuse_page(request, parts, show)


@post("/phase", sync_to_thread=True)
def take_step(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Take a step to another phase."""
    outcome = submit_form(
        StepForm, data, lambda form: parts.door.perform(request.user, TakeStep(release, form.to, form.reason))
    )
    if isinstance(outcome, Rejected):
        visit = open_visit(request, parts, release)
        return show_release_page(
            visit, "release.html", make_overview(visit, outcome.form), status=outcome.status
        )
    moved = f"The release is now in phase {PHASE_LABELS[outcome.result.phase]}."
    return go_to(request, ReleasePaths(release).overview, Flash(moved))


@get("/releases/{project:str}/{version:str}", sync_to_thread=False)
def find_main_release(
    request: WebRequest, project: FromPath[ProjectKey], version: FromPath[Version]
) -> Response[None]:
    """Lead from the short name of a main line's release to its page."""
    return go_to(request, ReleasePaths(ReleaseKey(project, ProductKey(MAIN), version)).overview)


class BeginForm(BaseModel):
    """A version to begin."""

    model_config = ConfigDict(extra="forbid")

    version: str


@dataclass(frozen=True, slots=True)
class BeginView:
    """The form with which a candidate is begun; `denials` say why the asker may not."""

    line: str
    action: str
    latest: str
    example: str
    denials: tuple[str, ...]
    form: FormView


@get("/projects/{project:str}/{product:str}/new-release", sync_to_thread=True)
def show_beginning(
    request: WebRequest, parts: TheParts, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[bytes]:
    """Show the form with which a candidate is begun."""
    return _show_beginning(request, parts, ProductRef(project, product))


@post("/projects/{project:str}/{product:str}/new-release", sync_to_thread=True)
def begin_release(
    request: WebRequest,
    parts: TheParts,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    data: FormData,
) -> Response[bytes] | Response[None]:
    """Begin the candidate of a version."""
    ref = ProductRef(project, product)

    def begin(form: BeginForm) -> ReleaseKey:
        command = CreateRelease(ref, Version(form.version.strip()))
        return parts.door.perform(request.user, command).key

    outcome = submit_form(BeginForm, data, begin)
    if isinstance(outcome, Rejected):
        return _show_beginning(request, parts, ref, outcome.form, outcome.status)
    message = Flash(f"Candidate {outcome.result.version} was begun: add its files.")
    return go_to(request, ReleasePaths(outcome.result).files, message)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[show_release, take_step], dependencies=VISIT_DEPENDENCIES),
    find_main_release,
    show_beginning,
    begin_release,
)


def _show_beginning(
    request: WebRequest, parts: WebParts, ref: ProductRef, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = parts.door.ask(request.user, ShowProduct(ref))
    may = Activity.RELEASE_ADMIN in found.permitted
    view = BeginView(
        line=found.project.name if ref.product == MAIN else found.product.name,
        action=f"/projects/{ref.project}/{ref.product}/new-release",
        latest=found.latest or "",
        example=_EXAMPLES[found.product.version_order],
        denials=() if may else (explain_denial(Activity.RELEASE_ADMIN),),
        form=form,
    )
    crumbs = [Link("Projects", "/projects"), Link(found.project.name, f"/projects/{ref.project}")]
    if ref.product != MAIN:
        crumbs.append(Link(found.product.name, make_crumb_path(ref)))
    page = Page(
        "pages/release_new.html", "New release", view, tuple(crumbs), section="/projects", narrow=True
    )
    return show_page(request, page, status)
