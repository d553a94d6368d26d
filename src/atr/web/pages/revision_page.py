# SPDX-License-Identifier: Apache-2.0
"""The page of a revision: what it changed against any other, and the way back to it."""

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.revision import Revision
from atr.services.revision_restores import RestoreRevision
from atr.web.api.release_key import TheRelease
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import FormData, Rejected, submit_form
from atr.web.pages.comparisons import read_comparison
from atr.web.pages.compose import show_files_page
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    TheVisit,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.revisions import view_revision
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import go_to


class RestoreForm(PageForm):
    """Going back, on top of the newest revision that the asker has seen."""

    base: int = Field(ge=0)


@get("/revisions/{number:int}", sync_to_thread=True)
def show_revision_page(
    visit: TheVisit,
    number: FromPath[int],
    against: FromQuery[str] = "",
    everything: FromQuery[bool] = False,
) -> Response[bytes]:
    """Show one revision, and what it changed against another or the release before."""
    view = view_revision(visit, read_comparison(visit, number, against), everything=everything)
    return show_release_page(visit, "compose_revision.html", view, f"Revision {number}")


@post("/revisions/{number:int}/restore", sync_to_thread=True)
def restore_revision(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Make the files of a revision the newest ones."""

    def restore(form: RestoreForm) -> Revision:
        return parts.door.perform(request.user, RestoreRevision(release, number, form.base))

    outcome = submit_form(RestoreForm, data, restore)
    if isinstance(outcome, Rejected):
        return show_files_page(open_visit(request, parts, release), outcome.form, outcome.status)
    made = outcome.result.number
    message = f"Revision {made} was made with the files of revision {number}. It is being checked."
    return go_to(request, ReleasePaths(release).files, Flash(message))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH, route_handlers=[show_revision_page, restore_revision], dependencies=VISIT_DEPENDENCIES
    ),
)
