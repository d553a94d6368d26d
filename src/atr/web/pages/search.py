# SPDX-License-Identifier: Apache-2.0
"""The search of the header: projects, releases, people and events, as a page and as one types."""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.people import Actor
from atr.domain.permissions import administers_foundation
from atr.services.search import SHORTEST_TEXT, Found, Search, SearchKind
from atr.web.components import FilterView
from atr.web.pages.project_rows import ProjectRow, make_project_row
from atr.web.pages.release_rows import ReleaseRow, make_release_row
from atr.web.pages.search_hits import Hit, HitGroup, PersonRow, list_groups, make_event_hit, make_person_row
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page

SEARCH_PATH = "/search"
_SHOWN = 10
_SUGGESTED = 4
_KIND_WORDS = {
    SearchKind.PROJECTS: "projects",
    SearchKind.RELEASES: "releases",
    SearchKind.PEOPLE: "people",
    SearchKind.EVENTS: "events",
}


@dataclass(frozen=True, slots=True)
class SearchView:
    """What was found; `scope` says what the asker can search, the addresses lead to all of one kind."""

    query: str
    too_short: bool
    scope: str
    filter: FilterView
    projects: tuple[ProjectRow, ...]
    releases: tuple[ReleaseRow, ...]
    people: tuple[PersonRow, ...]
    more_people: bool
    people_href: str
    events: tuple[Hit, ...]
    more_projects: str
    more_releases: str
    more_events: str
    nothing: bool


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """What opens below the field while somebody types; `said` is for those who do not see it."""

    query: str
    groups: tuple[HitGroup, ...]
    all_href: str
    said: str


@get(SEARCH_PATH, sync_to_thread=True)
def search(
    request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts, q: FromQuery[str] = ""
) -> Response[bytes]:
    """Show what the words name."""
    found = door.ask(actor, Search(q, _SHOWN))
    title = f"Search for {found.text}" if found.text else "Search"
    return show_page(request, Page("pages/search.html", title, _make_view(found, parts, actor)))


@get(f"{SEARCH_PATH}/suggestions", sync_to_thread=True)
def suggest(
    request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts, q: FromQuery[str] = ""
) -> Response[bytes]:
    """Show the best of what the words name, to be put below the field of the header."""
    found = door.ask(actor, Search(q, _SUGGESTED))
    groups = list_groups(found, parts.role_labels)
    count = sum(len(group.hits) for group in groups)
    said = "1 suggestion." if count == 1 else f"{count} suggestions." if count else "Nothing was found."
    view = SuggestionsView(
        query=found.text,
        groups=groups,
        all_href=_locate(SEARCH_PATH, found),
        said=said if len(found.text) >= SHORTEST_TEXT else "",
    )
    return show_page(request, Page("pages/search_suggestions.html", "Suggestions", view))


HANDLERS: tuple[ControllerRouterHandler, ...] = (search, suggest)


def _make_view(found: Found, parts: WebParts, actor: Actor) -> SearchView:
    def locate_more(kind: SearchKind) -> str:
        return _locate(f"/{kind}", found) if kind in found.more else ""

    scope = _say_scope(found)
    return SearchView(
        query=found.text,
        too_short=0 < len(found.text) < SHORTEST_TEXT,
        scope=scope,
        filter=FilterView(SEARCH_PATH, found.text, f"Search {scope}", target="#found"),
        projects=tuple(map(make_project_row, found.projects)),
        releases=tuple(map(make_release_row, found.releases)),
        people=tuple(make_person_row(each, parts.role_labels) for each in found.people),
        more_people=SearchKind.PEOPLE in found.more,
        people_href=locate_more(SearchKind.PEOPLE) if administers_foundation(actor) else "",
        events=tuple(make_event_hit(each, parts.role_labels) for each in found.events),
        more_projects=locate_more(SearchKind.PROJECTS),
        more_releases=locate_more(SearchKind.RELEASES),
        more_events=locate_more(SearchKind.EVENTS),
        nothing=found.is_empty and len(found.text) >= SHORTEST_TEXT,
    )


def _say_scope(found: Found) -> str:
    words = [_KIND_WORDS[kind] for kind in SearchKind if kind in found.open]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _locate(path: str, found: Found) -> str:
    return f"{path}?{urlencode({'q': found.text})}"
