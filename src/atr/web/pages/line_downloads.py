# SPDX-License-Identifier: Apache-2.0
"""Everything a product line has ever released: the latest to have, the others to look back at."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.coordinates import LATEST, Coordinate, KeysCoordinate
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey
from atr.ports.repositories.paging import PageRequest
from atr.services.project_views import ShowProduct
from atr.services.released import ListReleased, ReleasedView
from atr.web.components import Badge, Column, make_phase_badge
from atr.web.pages.downloads import list_crumbs
from atr.web.pages.feed_links import Alternate, locate_feed, make_data_link, make_feed_link
from atr.web.pages.release_paths import ReleasePaths, make_line_path
from atr.web.paging import CursorParameter
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import Page, format_size, show_page

_AT_ONCE = 50
_COLUMNS = (Column("Version"), Column("Status"), Column("Released"), Column("Files", numeric=True))


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """A release in the history of its line."""

    version: str
    href: str
    badge: Badge
    at: datetime
    size: str


@dataclass(frozen=True, slots=True)
class LineView:
    """The releases of a product line that the public can have, the last announced first."""

    name: str
    description: str
    latest: ReleasedRow | None
    latest_files: str
    columns: tuple[Column, ...]
    rows: tuple[ReleasedRow, ...]
    next_href: str
    first_href: str
    keys_href: str
    line_href: str
    alternates: tuple[Alternate, ...]


@get("/projects/{project:str}/{product:str}/downloads", sync_to_thread=True)
def show_downloads(
    request: WebRequest,
    parts: TheParts,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    cursor: CursorParameter = None,
) -> Response[bytes]:
    """Show what a product line has released, archived and revoked releases too."""
    ref = ProductRef(project, product)
    shown = parts.door.ask(request.user, ShowProduct(ref))
    found = parts.door.ask(request.user, ListReleased(project, product, page=PageRequest(_AT_ONCE, cursor)))
    name = shown.project.name if product == MAIN else shown.product.name
    here, rows = f"{make_line_path(ref)}/downloads", tuple(map(make_released_row, found.items))
    latest_files = Coordinate(Stage.CURRENT, project, product, LATEST).url_path
    view = LineView(
        name=name,
        description=shown.project.description,
        latest=next((row for row in rows if row.version == shown.latest), None) if cursor is None else None,
        latest_files=f"{parts.public_url.rstrip('/')}{latest_files}/FILE",
        columns=_COLUMNS,
        rows=rows,
        next_href=f"{here}?cursor={found.next}" if found.next else "",
        first_href=here if cursor else "",
        keys_href=KeysCoordinate(Stage.CURRENT, project).path,
        line_href=make_line_path(ref),
        alternates=(
            make_feed_link(name, locate_feed(project, product)),
            make_data_link("The product line in the API", f"/api/v1/projects/{project}/products/{product}"),
        ),
    )
    crumbs = list_crumbs(shown.project.name, shown.product.name, ref)
    title = f"Downloads of {name}"
    page = Page("pages/downloads.html", title, view, crumbs, section="/projects", crumb="Downloads")
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_downloads,)


def make_released_row(view: ReleasedView) -> ReleasedRow:
    """Return the row of a release that was announced."""
    release, summary = view.release, view.summary
    is_revoked = release.phase is Phase.REVOKED
    return ReleasedRow(
        version=release.key.version,
        href=ReleasePaths(release.key).download,
        badge=make_phase_badge(release.phase),
        at=release.released_at or release.phase_changed_at,
        size=format_size(summary.total_size) if summary and not is_revoked else "",
    )
