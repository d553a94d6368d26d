# SPDX-License-Identifier: Apache-2.0
"""All releases, the latest change first, with an address for every narrower list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ProductKey, ProjectKey
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.releases import ListReleases
from atr.web.components import PHASE_LABELS, Badge, Column, FilterView, Link, Option
from atr.web.pages.release_rows import ReleaseRow, make_release_row
from atr.web.pages.release_votes import make_state_badge
from atr.web.paging import CursorParameter
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page

_PATH = "/releases"
_AT_ONCE = 50
_STAGES = (
    ("", "All"),
    (Stage.CANDIDATE, "Candidates"),
    (Stage.CURRENT, "Current"),
    (Stage.ARCHIVED, "Archived"),
)
_COLUMNS = (Column("Release"), Column("Phase"), Column("Vote"), Column("Since"))


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A release in the list, with how its newest vote stands."""

    release: ReleaseRow
    vote: Badge | None


@dataclass(frozen=True, slots=True)
class ReleasesView:
    """Releases that match."""

    filter: FilterView
    stages: tuple[Link, ...]
    columns: tuple[Column, ...]
    rows: tuple[ListedRow, ...]
    place: str
    place_href: str
    next_href: str
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class _Search:
    stage: str
    phase: str
    project: str
    product: str
    q: str

    def locate(self, **changes: str) -> str:
        """Return the address of the list with some of its filters changed."""
        filters = {
            "stage": self.stage,
            "phase": self.phase,
            "project": self.project,
            "product": self.product,
            "q": self.q,
        }
        query = urlencode({name: value for name, value in (filters | changes).items() if value})
        return f"{_PATH}?{query}" if query else _PATH

    def read(self) -> ReleaseFilter:
        """Return what to look for; raise Invalid for what can be no project or product line."""
        return ReleaseFilter(
            Stage(self.stage) if self.stage in set(Stage) else None,
            Phase(self.phase) if self.phase in set(Phase) else None,
            ProjectKey(self.project) if self.project else None,
            ProductKey(self.product) if self.product else None,
            self.q,
        )


@get(_PATH, sync_to_thread=True)
def list_releases(
    request: WebRequest, door: TheDoor, actor: TheActor, cursor: CursorParameter = None
) -> Response[bytes]:
    """Show the releases that match."""
    search = _read_search(request)
    found = door.ask(actor, ListReleases(search.read(), PageRequest(_AT_ONCE, cursor)))
    view = ReleasesView(
        filter=_make_filter(search),
        stages=tuple(
            Link(label, search.locate(stage=value, phase=""), current=value == search.stage)
            for value, label in _STAGES
        ),
        columns=_COLUMNS,
        rows=tuple(
            ListedRow(
                make_release_row(each), make_state_badge(each.newest_round) if each.newest_round else None
            )
            for each in found.items
        ),
        place="/".join(filter(None, (search.project, search.product))),
        place_href=search.locate(project="", product=""),
        next_href=search.locate(cursor=found.next) if found.next else "",
        is_narrowed=search.locate() != _PATH,
    )
    return show_page(request, Page("pages/releases.html", "Releases", view, section=_PATH))


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_releases,)


def _read_search(request: WebRequest) -> _Search:
    given = request.query_params
    words = (given.get(name, "") for name in ("stage", "phase", "project", "product", "q"))
    return _Search(*(" ".join(word.split()) for word in words))


def _make_filter(search: _Search) -> FilterView:
    chosen = [each for each in Phase if not search.stage or each.stage == search.stage]
    options = (Option("", "Every phase"), *(Option(each, PHASE_LABELS[each]) for each in chosen))
    kept = (("stage", search.stage), ("project", search.project), ("product", search.product))
    return FilterView(
        _PATH,
        search.q,
        "Filter releases",
        "phase",
        "Phase",
        search.phase,
        options,
        "#releases",
        tuple(each for each in kept if each[1]),
    )
