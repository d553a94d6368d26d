# SPDX-License-Identifier: Apache-2.0
"""The search of the header: projects and releases."""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.project_views import ListProjects
from atr.services.releases import ListReleases
from atr.web.components import FilterView
from atr.web.pages.project_rows import ProjectRow, make_project_row
from atr.web.pages.release_rows import ReleaseRow, make_release_row
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page

_LONGEST_QUERY = 200
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SearchView:
    """What was found; nothing when nothing was asked."""

    query: str
    filter: FilterView
    projects: tuple[ProjectRow, ...]
    releases: tuple[ReleaseRow, ...]
    more_projects: str
    more_releases: str


@get("/search", sync_to_thread=True)
def search(request: WebRequest, door: TheDoor, actor: TheActor, q: FromQuery[str] = "") -> Response[bytes]:
    """Show the projects and releases whose names begin with the words."""
    query = " ".join(q.split())[:_LONGEST_QUERY]
    bar = FilterView("/search", query, "Search projects and releases", target="#found")
    view = SearchView(query, bar, (), (), "", "")
    if query:
        page = PageRequest(_SHOWN)
        projects = door.ask(actor, ListProjects(text=query, page=page))
        releases = door.ask(actor, ListReleases(ReleaseFilter(text=query), page))
        again = urlencode({"q": query})
        view = SearchView(
            query=query,
            filter=bar,
            projects=tuple(map(make_project_row, projects.items)),
            releases=tuple(map(make_release_row, releases.items)),
            more_projects=f"/projects?{again}" if projects.next else "",
            more_releases=f"/releases?{again}" if releases.next else "",
        )
    return show_page(request, Page("pages/search.html", "Search", view))


HANDLERS: tuple[ControllerRouterHandler, ...] = (search,)
