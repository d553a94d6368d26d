# SPDX-License-Identifier: Apache-2.0
"""Where the public downloads: the files of a release, the commands that verify them, other releases."""

from dataclasses import dataclass
from datetime import datetime
from shlex import quote

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.coordinates import Coordinate
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import MAIN, FilePath, ProductKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.project_views import ShowProduct
from atr.services.releases import ListedRelease, ListReleases
from atr.web.components import Badge, FileView, Link, make_phase_badge
from atr.web.flash import Tone
from atr.web.pages.release_files import LooseFile, list_files, list_loose_files
from atr.web.pages.release_frame import Visit, open_visit
from atr.web.pages.release_paths import ReleasePaths, make_crumb_path, make_line_path
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page

_MOST_COMMANDS = 4
_MOST_LISTED = 200
_PUBLIC = frozenset({Phase.RELEASED, Phase.ARCHIVED, Phase.END_OF_LIFE, Phase.REVOKED})
_WARNINGS = {
    Phase.ARCHIVED: "This release is archived: a newer one has replaced it. Use it to look back.",
    Phase.END_OF_LIFE: "This release is at the end of its life: nothing in it will be repaired any more.",
    Phase.REVOKED: "This release was revoked: do not use it.",
}


@dataclass(frozen=True, slots=True)
class OtherRelease:
    """Another release of the line."""

    version: str
    href: str
    badge: Badge
    at: datetime


@dataclass(frozen=True, slots=True)
class DownloadView:
    """Everything the page of a release's downloads shows."""

    name: str
    version: str
    badge: Badge
    description: str
    homepage: str
    released_at: datetime | None
    warning: str
    reason: str
    tone: Tone
    release_href: str
    files: tuple[FileView, ...]
    loose_files: tuple[LooseFile, ...]
    manifest: str
    keys_href: str
    checksums: str
    signatures: str
    everything: str
    others_href: str


@dataclass(frozen=True, slots=True)
class LineView:
    """The releases of a product line that the public can have."""

    name: str
    description: str
    current: tuple[OtherRelease, ...]
    archived: tuple[OtherRelease, ...]
    keys_href: str
    line_href: str


@get("/projects/{project:str}/{product:str}/{version:str}/download", sync_to_thread=True)
def show_download(
    request: WebRequest,
    parts: TheParts,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    version: FromPath[Version],
) -> Response[bytes]:
    """Show the files of a release, and how to verify them; raise NotFound before it is published."""
    visit = open_visit(request, parts, ReleaseKey(project, product, version))
    release = visit.view.release
    if release.published_at is None and release.phase not in _PUBLIC:
        raise NotFound("published release", visit.key)
    view = _make_download(visit)
    crumbs = _list_crumbs(visit.view.project.name, visit.view.line.name, visit.key.line)
    crumbs = (*crumbs, Link(version, visit.paths.overview))
    title = f"Download {visit.title}"
    return show_page(request, Page("pages/download.html", title, view, crumbs, section="/releases"))


@get("/projects/{project:str}/{product:str}/downloads", sync_to_thread=True)
def show_downloads(
    request: WebRequest, parts: TheParts, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[bytes]:
    """Show the current and the archived releases of a product line."""
    ref = ProductRef(project, product)
    shown = parts.door.ask(request.user, ShowProduct(ref))
    name = shown.project.name if product == MAIN else shown.product.name
    view = LineView(
        name=name,
        description=shown.project.description,
        current=_list_releases(request, parts, ref, Stage.CURRENT),
        archived=_list_releases(request, parts, ref, Stage.ARCHIVED),
        keys_href=ReleasePaths(ReleaseKey(project, product, Version("0"))).keys_file(Stage.CURRENT),
        line_href=make_line_path(ref),
    )
    crumbs = _list_crumbs(shown.project.name, shown.product.name, ref)
    page = Page("pages/downloads.html", f"Downloads of {name}", view, crumbs, section="/projects")
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_download, show_downloads)


def _list_crumbs(project_name: str, line_name: str, ref: ProductRef) -> tuple[Link, ...]:
    crumbs = [Link("Projects", "/projects"), Link(project_name, f"/projects/{ref.project}")]
    if ref.product != MAIN:
        crumbs.append(Link(line_name, make_crumb_path(ref)))
    return tuple(crumbs)


def _make_download(visit: Visit) -> DownloadView:
    release, project, stage = visit.view.release, visit.view.project, visit.offered_stage
    offered = stage is not None and stage is not Stage.CANDIDATE
    return DownloadView(
        name=visit.name,
        version=visit.key.version,
        badge=make_phase_badge(release.phase),
        description=project.description,
        homepage=project.homepage,
        released_at=release.released_at,
        warning=_WARNINGS.get(release.phase, ""),
        reason=release.set_aside_reason,
        tone=Tone.BAD if release.phase is Phase.REVOKED else Tone.WARN,
        release_href=visit.paths.overview,
        files=list_files(visit) if offered else (),
        loose_files=list_loose_files(visit) if offered else (),
        manifest=str(visit.view.revision.manifest_digest) if visit.view.revision else "",
        keys_href=visit.paths.keys_file(stage or Stage.CURRENT),
        checksums=_write_checksums(visit, stage) if stage else "",
        signatures=_write_signatures(visit, stage) if stage else "",
        everything=f"atr verify {_make_url(visit, stage)}" if stage else "",
        others_href=f"{make_line_path(visit.key.line)}/downloads",
    )


def _make_url(visit: Visit, stage: Stage, file: FilePath | None = None) -> str:
    return f"{visit.parts.public_url.rstrip('/')}{Coordinate.of(stage, visit.key, file).url_path}"


def _write_checksums(visit: Visit, stage: Stage) -> str:
    chosen = visit.view.artifacts[:_MOST_COMMANDS]
    paths = (path for each in chosen for path in each.artifact.paths)
    fetched = [f"curl -fLO {quote(_make_url(visit, stage, path))}" for path in paths]
    checked = [
        f"{path.rpartition('.')[2]}sum --check {quote(path.name)}"
        for each in chosen
        for path in each.artifact.checksums
    ]
    return "\n".join([*fetched, *checked])


def _write_signatures(visit: Visit, stage: Stage) -> str:
    keys = f"{visit.parts.public_url.rstrip('/')}{visit.paths.keys_file(stage)}"
    verified = [
        f"gpg --verify {quote(each.artifact.signature.name)} {quote(each.artifact.file.name)}"
        for each in visit.view.artifacts[:_MOST_COMMANDS]
        if each.artifact.signature is not None
    ]
    return "\n".join([f"curl -fL {quote(keys)} | gpg --import", *verified]) if verified else ""


def _list_releases(
    request: WebRequest, parts: WebParts, ref: ProductRef, stage: Stage
) -> tuple[OtherRelease, ...]:
    which = ReleaseFilter(stage=stage, project=ref.project, product=ref.product)
    found = parts.door.ask(request.user, ListReleases(which, PageRequest(_MOST_LISTED)))
    return tuple(_show_other(each) for each in found.items if each.release.phase in _PUBLIC)


def _show_other(listed: ListedRelease) -> OtherRelease:
    release = listed.release
    at = release.released_at or release.phase_changed_at
    badge = make_phase_badge(release.phase)
    return OtherRelease(release.key.version, ReleasePaths(release.key).download, badge, at)
