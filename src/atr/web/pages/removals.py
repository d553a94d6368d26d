# SPDX-License-Identifier: Apache-2.0
"""Removing files: what goes, and what belongs to it, is shown before anything does."""

from dataclasses import dataclass

from litestar import Response, Router, get, post
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.errors import Refused
from atr.domain.names import FilePath
from atr.domain.revision import Revision
from atr.services.revisions import AddRevision
from atr.web.api.release_key import TheRelease
from atr.web.fields import PageForm, Ticks
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.compose import go_to_files, show_files_page
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    list_complaints,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_overview import may_change_files
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheParts, WebRequest

_NOTHING_TICKED = "Tick the files to remove."


@dataclass(frozen=True, slots=True)
class GoingFile:
    """A file that would go."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What would be removed, and how much stays; sizes are in bytes."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    base: int
    going: tuple[GoingFile, ...]
    staying: int

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)


class RemoveForm(PageForm):
    """Files to leave out of the next revision: some with all that belongs to them, others alone."""

    base: int = Field(ge=0)
    whole: Ticks = ()
    path: Ticks = ()
    description: str = ""


@get("/files/removal", sync_to_thread=True)
def ask_removal(request: WebRequest, visit: TheVisit) -> Response[bytes]:
    """Show what would go with the ticked files, and ask."""
    whole, alone = (tuple(request.query_params.getall(name, [])) for name in ("whole", "path"))
    paths = gather_paths(visit, whole, alone)
    revision = visit.view.revision
    present = {entry.path: entry.content.size for entry in revision.files} if revision else {}
    going = tuple(GoingFile(path, present[path]) for path in paths if path in present)
    if not going or not may_change_files(visit):
        reasons = () if going else (_NOTHING_TICKED,)
        return show_files_page(visit, FormView(reasons=reasons), status=409 if reasons else 200)
    view = RemovalView(
        head=make_head(visit, visit.paths.files),
        paths=visit.paths,
        form=EMPTY_FORM,
        base=visit.view.release.newest_revision,
        going=going,
        staying=len(present) - len(going),
    )
    return show_release_page(visit, "compose_removal.html", view, "Remove files")


@post("/files/remove", sync_to_thread=True)
def remove_files(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Make a revision without some of the files."""
    visit = open_visit(request, parts, release)

    def remove(form: RemoveForm) -> Revision:
        paths = gather_paths(visit, form.whole, form.path)
        if not paths:
            raise Refused(_NOTHING_TICKED)
        command = AddRevision(release, form.base, {}, paths, form.description)
        return parts.door.perform(request.user, command)

    outcome = submit_form(RemoveForm, data, remove)
    if isinstance(outcome, Rejected):
        return show_files_page(visit, outcome.form, outcome.status)
    return go_to_files(request, release, outcome.result)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[ask_removal, remove_files], dependencies=VISIT_DEPENDENCIES),
)


def gather_paths(visit: Visit, whole: tuple[str, ...], alone: tuple[str, ...]) -> tuple[FilePath, ...]:
    """Return every path that is to go; raise Invalid for what is no path."""
    artifacts = {each.artifact.file: each.artifact for each in visit.view.artifacts}
    chosen = [*map(FilePath, alone)]
    for name in map(FilePath, whole):
        chosen += artifacts[name].paths if name in artifacts else (name,)
    return tuple(dict.fromkeys(chosen))
