# SPDX-License-Identifier: Apache-2.0
"""Atom feeds of what was released: by the whole foundation, by a project, by a product line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from litestar import HttpMethod, Response, route
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.coordinates import Coordinate
from atr.domain.lifecycle import Phase
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey
from atr.formats.atom import MEDIA_TYPE, AtomEntry, AtomFeed, AtomLink, make_tag, write_feed
from atr.ports.repositories.paging import PageRequest
from atr.services.downloads import find_offered_stage
from atr.services.project_views import ShowProduct, ShowProject
from atr.services.released import ListReleased, ReleasedView
from atr.web.addresses import locate_line, locate_project
from atr.web.pages.feed_links import FOUNDATION_FEED, locate_feed
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import format_size
from atr.web.sending import send_small

_AT_ONCE = 40
_SHORTLY = "public, max-age=60"
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_METHODS = [HttpMethod.GET, HttpMethod.HEAD]
_HTML, _JSON = "text/html", "application/json"
_MARKS = {
    Phase.REVOKED: (" (revoked)", "This release was revoked: do not use it."),
    Phase.ARCHIVED: ("", "This release is archived: a newer one has replaced it."),
    Phase.END_OF_LIFE: ("", "This release is at the end of its life: nothing in it will be repaired."),
}


@route(FOUNDATION_FEED, http_method=_METHODS, sync_to_thread=True, include_in_schema=False)
def send_foundation_feed(request: WebRequest, parts: TheParts) -> Response[bytes]:
    """Send the feed of all releases."""
    found = parts.door.ask(request.user, ListReleased(page=PageRequest(_AT_ONCE)))
    writer = _Writer(parts, FOUNDATION_FEED, "/releases")
    entries = tuple(map(writer.write_entry, found.items))
    return _send(
        request, writer.write(f"Releases of the {parts.foundation}", _BEGINNING, "releases", entries)
    )


@route(
    "/projects/{project:str}/releases.atom",
    http_method=_METHODS,
    sync_to_thread=True,
    include_in_schema=False,
)
def send_project_feed(request: WebRequest, parts: TheParts, project: FromPath[ProjectKey]) -> Response[bytes]:
    """Send the feed of a project's releases, all its product lines together."""
    shown = parts.door.ask(request.user, ShowProject(project)).project
    found = parts.door.ask(request.user, ListReleased(project, page=PageRequest(_AT_ONCE)))
    writer = _Writer(parts, locate_feed(project), locate_project(project))
    entries = tuple(map(writer.write_entry, found.items))
    began_at = shown.created_at or _BEGINNING
    return _send(request, writer.write(f"Releases of {shown.name}", began_at, f"releases/{project}", entries))


@route(
    "/projects/{project:str}/{product:str}/releases.atom",
    http_method=_METHODS,
    sync_to_thread=True,
    include_in_schema=False,
)
def send_line_feed(
    request: WebRequest, parts: TheParts, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[bytes]:
    """Send the feed of a product line's releases."""
    ref = ProductRef(project, product)
    shown = parts.door.ask(request.user, ShowProduct(ref))
    found = parts.door.ask(request.user, ListReleased(project, product, page=PageRequest(_AT_ONCE)))
    writer = _Writer(parts, locate_feed(project, product), f"{locate_line(ref)}/downloads")
    name = shown.project.name if product == MAIN else shown.product.name
    began_at = shown.product.created_at or _BEGINNING
    entries = tuple(map(writer.write_entry, found.items))
    return _send(request, writer.write(f"Releases of {name}", began_at, f"releases/{ref}/", entries))


FEEDS: tuple[ControllerRouterHandler, ...] = (send_foundation_feed, send_project_feed, send_line_feed)
"""Every feed."""


class _Writer:
    """Writes a feed that stands at a path and says what stands at another in HTML."""

    def __init__(self, parts: WebParts, path: str, page: str) -> None:
        self._foundation, self._path, self._page = parts.foundation, path, page
        self._url = parts.public_url.rstrip("/")
        self._host = urlsplit(parts.public_url).hostname or ""

    def write(self, title: str, began_at: datetime, name: str, entries: tuple[AtomEntry, ...]) -> AtomFeed:
        """Return the feed; its name is what its id is made of."""
        return AtomFeed(
            id=make_tag(self._host, _BEGINNING, name),
            title=title,
            author=self._foundation,
            began_at=began_at,
            links=(
                AtomLink("self", f"{self._url}{self._path}", MEDIA_TYPE),
                AtomLink("alternate", f"{self._url}{self._page}", _HTML),
            ),
            entries=entries,
        )

    def write_entry(self, view: ReleasedView) -> AtomEntry:
        """Return the entry of a release; it changes when the release is set aside."""
        release = view.release
        released_at = release.released_at or release.phase_changed_at
        return AtomEntry(
            id=make_tag(self._host, release.created_at, f"release/{release.key.storage_key}"),
            title=f"{view.title}{_MARKS.get(release.phase, ('', ''))[0]}",
            updated_at=max(released_at, release.phase_changed_at),
            published_at=released_at,
            summary=" ".join(_say(view)),
            links=tuple(self._list_links(view)),
            categories=(release.key.project, release.key.product, release.phase),
        )

    def _list_links(self, view: ReleasedView) -> Iterator[AtomLink]:
        release = view.release
        yield AtomLink("alternate", f"{self._url}{ReleasePaths(release.key).download}", _HTML)
        stage = find_offered_stage(release)
        if stage is not None:
            yield AtomLink("alternate", f"{self._url}{Coordinate.of(stage, release.key).url_path}", _JSON)


def _say(view: ReleasedView) -> Iterator[str]:
    release, summary = view.release, view.summary
    if release.phase in _MARKS:
        yield _MARKS[release.phase][1]
        if release.set_aside_reason:
            yield release.set_aside_reason
        return
    yield f"{view.title} was released."
    if summary is not None:
        files = "1 file" if summary.file_count == 1 else f"{summary.file_count} files"
        yield f"{files}, {format_size(summary.total_size)}."


def _send(request: WebRequest, feed: AtomFeed) -> Response[bytes]:
    return send_small(request, write_feed(feed), f"{MEDIA_TYPE}; charset=utf-8", _SHORTLY)
