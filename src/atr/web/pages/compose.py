# SPDX-License-Identifier: Apache-2.0
"""The files of a candidate: added by form or by a script, removed, and what each revision changed."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from litestar import Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter, SkipValidation
from litestar.types import ControllerRouterHandler

from atr.domain.artifact_names import is_artifact
from atr.domain.errors import Conflict, Invalid, Refused, TooLarge
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, explain_denial
from atr.domain.revision import Revision
from atr.services.checksum_files import CreateChecksums
from atr.services.form_uploads import OpenForm
from atr.services.revisions import AddRevision, explain_sealed
from atr.web.api.release_key import TheRelease
from atr.web.components import FileView, FilterView
from atr.web.explain import explain_error
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.form_files import SentForm, receive_form
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_files import LooseFile, list_loose_files, show_files_of
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
from atr.web.pages.signing_help import SigningHelp, make_signing_help
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import go_to
from atr.web.security import OWN_TOKEN_CHECK, require_form_token

_MOST_FILES = 20
_MOST_REVISIONS = 8
_WORTH_FILTERING = 8
_MOST_NAMED = 4
_NOTHING_SENT = "Choose at least one file."


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the lists are narrowed to, and whether they are shown as a whole."""

    query: str = ""
    everything: bool = False
    history: bool = False


def read_narrowing(
    q: FromQuery[str] = "",
    everything: Annotated[bool, QueryParameter(name="all")] = False,
    history: FromQuery[bool] = False,
) -> Narrowing:
    """Return what the address asks for."""
    return Narrowing(q.strip(), everything, history)


TheNarrowing = NamedDependency[SkipValidation[Narrowing]]


@dataclass(frozen=True, slots=True)
class RemovableFile:
    """A file that can be left out of the next revision, whole or in parts."""

    file: FileView
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilesView:
    """What the page of the files shows; `closed` says why they cannot change.

    `undo` is the revision to go back to, 0 when there is none.
    """

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    base: int
    closed: tuple[str, ...]
    may_change: bool
    total: int
    matching: int
    rows: tuple[RemovableFile, ...]
    loose_files: tuple[LooseFile, ...]
    filter: FilterView | None
    all_href: str
    unsummed: tuple[str, ...]
    checks: CheckState
    revisions: tuple[RevisionRow, ...]
    older_revisions: int
    undo: int
    signing: SigningHelp
    sending: str

    @property
    def hidden(self) -> int:
        """Return how many files that match are not shown."""
        return self.matching - len(self.rows)

    @property
    def missing_checksums(self) -> str:
        """Return which files have no checksum, of many the first."""
        names = ", ".join(self.unsummed[:_MOST_NAMED])
        more = len(self.unsummed) - _MOST_NAMED
        return f"A checksum is missing for {names}{f' and {more} more' if more > 0 else ''}."

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)


@get("/files", dependencies={"narrowing": Provide(read_narrowing, sync_to_thread=False)}, sync_to_thread=True)
def show_files(visit: TheVisit, narrowing: TheNarrowing) -> Response[bytes]:
    """Show the files, and where they can be changed."""
    return show_files_page(visit, narrowing=narrowing)


@post("/files", opt=OWN_TOKEN_CHECK, request_max_body_size=None)
async def add_files(
    request: WebRequest, parts: TheParts, release: TheRelease
) -> Response[bytes] | Response[None]:
    """Take the files of a form, as they arrive, into one new revision."""
    intake = await sync_to_thread(parts.door.ask, request.user, OpenForm(release))
    check_token = partial(require_form_token, request, parts)
    sent = await receive_form(request, parts.door, intake, check_token)
    return await sync_to_thread(_take_files, request, parts, release, sent)


@post("/files/checksums", sync_to_thread=True)
def create_checksums(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Have ATR make the checksums that are missing."""

    def create(_form: PageForm) -> Revision:
        return parts.door.perform(request.user, CreateChecksums(release))

    outcome = submit_form(PageForm, data, create)
    if isinstance(outcome, Rejected):
        return show_files_page(open_visit(request, parts, release), outcome.form, outcome.status)
    return go_to_files(request, release, outcome.result)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_files, add_files, create_checksums],
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
        return show_files_page(open_visit(request, parts, release), form, told.status)
    return go_to_files(request, release, revision)


def _make_revision(request: WebRequest, parts: WebParts, release: ReleaseKey, sent: SentForm) -> Revision:
    if sent.complaints or not sent.files:
        raise Refused(*(sent.complaints or [_NOTHING_SENT]))
    base = sent.fields.get("base", "")
    add = {path: content.sha512 for path, content in sent.files.items()}
    number = int(base) if base.isdecimal() and len(base) < 8 else 0
    command = AddRevision(release, number, add, (), sent.fields.get("description", ""))
    return parts.door.perform(request.user, command)


def go_to_files(request: WebRequest, release: ReleaseKey, revision: Revision) -> Response[None]:
    """Lead back to the files, and say which revision was made."""
    message = f"Revision {revision.number} was made, with {len(revision.files)} files. It is being checked."
    return go_to(request, ReleasePaths(release).files, Flash(message))


def show_files_page(
    visit: Visit, form: FormView = EMPTY_FORM, status: int = 200, narrowing: Narrowing = Narrowing()
) -> Response[bytes]:
    """Return the page, with a form that was refused."""
    may_change = may_change_files(visit)
    files, matching = _choose_files(visit, narrowing)
    revisions = visit.view.revisions
    view = FilesView(
        head=make_head(visit, visit.paths.files),
        paths=visit.paths,
        form=form,
        base=visit.view.release.newest_revision,
        closed=_explain_closed(visit),
        may_change=may_change,
        total=len(visit.view.artifacts),
        matching=matching,
        rows=files,
        loose_files=() if narrowing.query else list_loose_files(visit),
        filter=_make_filter(visit, narrowing),
        all_href=f"{visit.paths.files}?{urlencode({'q': narrowing.query, 'all': 'true'})}#files",
        unsummed=_list_unsummed(visit),
        checks=describe_checks(visit),
        revisions=tuple(
            show_revision(visit, each)
            for each in (revisions if narrowing.history else revisions[:_MOST_REVISIONS])
        ),
        older_revisions=0 if narrowing.history else max(0, len(revisions) - _MOST_REVISIONS),
        undo=revisions[1].number if may_change and len(revisions) > 1 else 0,
        signing=make_signing_help(visit),
        sending=f"atr upload {visit.key} --dir .",
    )
    return show_release_page(visit, "compose.html", view, "Files", status)


def _choose_files(visit: Visit, narrowing: Narrowing) -> tuple[tuple[RemovableFile, ...], int]:
    """Return the files to show, and how many match."""
    wanted = narrowing.query.casefold()
    found = [each for each in visit.view.artifacts if wanted in each.artifact.file.casefold()]
    shown = found if narrowing.everything else found[:_MOST_FILES]
    files = zip(show_files_of(visit, shown), shown, strict=True)
    return tuple(RemovableFile(file, tuple(map(str, each.artifact.paths[1:]))) for file, each in files), len(
        found
    )


def _make_filter(visit: Visit, narrowing: Narrowing) -> FilterView | None:
    """Return the line that narrows the files, where there are enough of them."""
    if len(visit.view.artifacts) <= _WORTH_FILTERING and not narrowing.query:
        return None
    return FilterView(visit.paths.files, narrowing.query, "Filter the files by name", target="#files")


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
