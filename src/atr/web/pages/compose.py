# SPDX-License-Identifier: Apache-2.0
"""The files of a candidate: added by form or by a script, removed, and what each revision changed."""

from dataclasses import dataclass
from functools import partial

from litestar import Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.artifact_names import is_artifact
from atr.domain.errors import Conflict, Invalid, Refused, TooLarge
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.permissions import Activity, explain_denial
from atr.domain.revision import Revision
from atr.services.checksum_files import CreateChecksums
from atr.services.form_uploads import OpenForm
from atr.services.revisions import AddRevision, explain_sealed
from atr.web.api.release_key import TheRelease
from atr.web.components import FileView
from atr.web.explain import explain_error
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.form_files import SentForm, receive_form
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_files import LooseFile, list_files, list_loose_files
from atr.web.pages.release_findings import CheckState, describe_checks
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
from atr.web.pages.release_overview import RevisionRow, may_change_files, show_revision
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.revisions import RevisionView, view_revision
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import go_to
from atr.web.security import OWN_TOKEN_CHECK, require_form_token

_NOTHING_SENT = "Choose at least one file."


@dataclass(frozen=True, slots=True)
class RemovableFile:
    """A file that can be left out of the next revision, whole or in parts."""

    file: FileView
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilesView:
    """What the page of the files shows; `closed` says why they cannot change."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    base: int
    closed: tuple[str, ...]
    may_change: bool
    files: tuple[FileView, ...]
    rows: tuple[RemovableFile, ...]
    loose_files: tuple[LooseFile, ...]
    unsummed: tuple[str, ...]
    checks: CheckState
    revisions: tuple[RevisionRow, ...]
    signing: str
    sending: str

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)


class RemoveForm(PageForm):
    """Files to leave out of the next revision: some with all that belongs to them, others alone."""

    base: int = Field(ge=0)
    whole: Ticks = ()
    path: Ticks = ()


@get("/files", sync_to_thread=True)
def show_files(visit: TheVisit) -> Response[bytes]:
    """Show the files, and where they can be changed."""
    return _show(visit)


@post("/files", opt=OWN_TOKEN_CHECK, request_max_body_size=None)
async def add_files(
    request: WebRequest, parts: TheParts, release: TheRelease
) -> Response[bytes] | Response[None]:
    """Take the files of a form, as they arrive, into one new revision."""
    intake = await sync_to_thread(parts.door.ask, request.user, OpenForm(release))
    check_token = partial(require_form_token, request, parts)
    sent = await receive_form(request, parts.door, intake, check_token)
    return await sync_to_thread(_take_files, request, parts, release, sent)


@post("/files/remove", sync_to_thread=True)
def remove_files(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Make a revision without some of the files."""
    visit = open_visit(request, parts, release)

    def remove(form: RemoveForm) -> Revision:
        paths = _gather_paths(visit, form)
        return parts.door.perform(request.user, AddRevision(release, form.base, {}, paths))

    outcome = submit_form(RemoveForm, data, remove)
    if isinstance(outcome, Rejected):
        return _show(visit, outcome.form, outcome.status)
    return _go_to_files(request, release, outcome.result)


@post("/files/checksums", sync_to_thread=True)
def create_checksums(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Have ATR make the checksums that are missing."""

    def create(_form: PageForm) -> Revision:
        return parts.door.perform(request.user, CreateChecksums(release))

    outcome = submit_form(PageForm, data, create)
    if isinstance(outcome, Rejected):
        return _show(open_visit(request, parts, release), outcome.form, outcome.status)
    return _go_to_files(request, release, outcome.result)


@get("/revisions/{number:int}", sync_to_thread=True)
def show_revision_page(
    visit: TheVisit, number: FromPath[int], against: FromQuery[str] = ""
) -> Response[bytes]:
    """Show one revision, and what it changed against another or the release before."""
    view: RevisionView = view_revision(visit, number, against)
    return show_release_page(visit, "compose_revision.html", view, f"Revision {number}")


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_files, add_files, remove_files, create_checksums, show_revision_page],
        dependencies=VISIT_DEPENDENCIES,
    ),
)


def _take_files(
    request: WebRequest, parts: WebParts, release: ReleaseKey, sent: SentForm
) -> Response[bytes] | Response[None]:
    try:
        revision = _make_revision(request, parts, release, sent)
    except (Invalid, Refused, Conflict, TooLarge) as error:
        told = explain_error(error)
        form = FormView(sent.fields, reasons=told.reasons)
        return _show(open_visit(request, parts, release), form, told.status)
    return _go_to_files(request, release, revision)


def _make_revision(request: WebRequest, parts: WebParts, release: ReleaseKey, sent: SentForm) -> Revision:
    if sent.complaints or not sent.files:
        raise Refused(*(sent.complaints or [_NOTHING_SENT]))
    base = sent.fields.get("base", "")
    add = {path: content.sha512 for path, content in sent.files.items()}
    number = int(base) if base.isdecimal() and len(base) < 8 else 0
    command = AddRevision(release, number, add, (), sent.fields.get("description", ""))
    return parts.door.perform(request.user, command)


def _gather_paths(visit: Visit, form: RemoveForm) -> tuple[FilePath, ...]:
    """Return every path that is to go; raise Refused when nothing was chosen, Invalid for what is no path."""
    artifacts = {each.artifact.file: each.artifact for each in visit.view.artifacts}
    chosen = [*map(FilePath, form.path)]
    for name in map(FilePath, form.whole):
        chosen += artifacts[name].paths if name in artifacts else (name,)
    if not chosen:
        raise Refused("Tick the files to remove.")
    return tuple(dict.fromkeys(chosen))


def _go_to_files(request: WebRequest, release: ReleaseKey, revision: Revision) -> Response[None]:
    message = f"Revision {revision.number} was made, with {len(revision.files)} files. It is being checked."
    return go_to(request, ReleasePaths(release).files, Flash(message))


def _show(visit: Visit, form: FormView = EMPTY_FORM, status: int = 200) -> Response[bytes]:
    view = FilesView(
        head=make_head(visit, visit.paths.files),
        paths=visit.paths,
        form=form,
        base=visit.view.release.newest_revision,
        closed=_explain_closed(visit),
        may_change=may_change_files(visit),
        files=list_files(visit),
        rows=_list_rows(visit),
        loose_files=list_loose_files(visit),
        unsummed=_list_unsummed(visit),
        checks=describe_checks(visit),
        revisions=tuple(show_revision(visit, each) for each in visit.view.revisions),
        signing="gpg --armor --detach-sign FILE\nsha512sum FILE > FILE.sha512",
        sending=f"atr upload {visit.key} --dir .",
    )
    return show_release_page(visit, "compose.html", view, "Files", status)


def _list_rows(visit: Visit) -> tuple[RemovableFile, ...]:
    return tuple(
        RemovableFile(file, tuple(map(str, artifact.artifact.paths[1:])))
        for file, artifact in zip(list_files(visit), visit.view.artifacts, strict=True)
    )


def _list_unsummed(visit: Visit) -> tuple[str, ...]:
    """Return the artifacts that ATR can make a checksum for."""
    if not may_change_files(visit):
        return ()
    artifacts = (each.artifact for each in visit.view.artifacts)
    return tuple(each.file for each in artifacts if not each.checksums and is_artifact(each.file))


def _explain_closed(visit: Visit) -> tuple[str, ...]:
    sealed = explain_sealed(visit.view.release)
    if Activity.RUN_PHASE in visit.view.permitted:
        return sealed
    denial = "Sign in first." if visit.is_anonymous else explain_denial(Activity.RUN_PHASE)
    return (denial, *sealed)
