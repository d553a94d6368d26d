# SPDX-License-Identifier: Apache-2.0
"""The audit trail: who did what, where and when, with an address for every search."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Denied, Invalid, NotFound, NotSignedIn
from atr.domain.permissions import Activity, Standing
from atr.ports.repositories.paging import PageRequest
from atr.services import events
from atr.services.events import ListEvents
from atr.web.addresses import locate_subject
from atr.web.components import EventView, Link, Option
from atr.web.event_export import EventExport, ExportFormat
from atr.web.explain import explain_error
from atr.web.forms import EMPTY_FORM, FormView
from atr.web.pages.event_lines import describe_event
from atr.web.pages.event_search import EVENTS_PATH, EventSearch, read_search
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page

_AT_ONCE = 50
_Format = Annotated[ExportFormat, QueryParameter(name="format")]
_ACTIVITIES = (
    Option("", "Every activity"),
    *(Option(each, each.capitalize()) for each in (*Activity, *Standing)),
)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event: the entry, what it is about, and its number."""

    entry: EventView
    subject: str
    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class EventsView:
    """Events that match, newest first; `reasons` say why none are shown to whoever asks."""

    search: EventSearch
    form: FormView
    activities: tuple[Option, ...]
    rows: tuple[EventRow, ...]
    next_href: str
    first_href: str
    exports: tuple[Link, ...]
    reasons: tuple[str, ...]


@get(EVENTS_PATH, sync_to_thread=True)
def show_events(request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts) -> Response[bytes]:
    """Show the events that match."""
    search = read_search(request.query_params)
    try:
        which = ListEvents(search.make_filter(), PageRequest(_AT_ONCE, search.cursor or None))
        found = door.ask(actor, which)
    except Invalid as error:
        form = FormView(search.values, {each.field: each.message for each in error.problems})
        return _show(request, _make_empty(search, form, error.reasons), 422)
    except (Denied, NotSignedIn, NotFound) as error:
        status = explain_error(error).status if search.is_narrowed else 200
        return _show(request, _make_empty(search, EMPTY_FORM, error.reasons), status)
    view = EventsView(
        search=search,
        form=FormView(search.values),
        activities=_ACTIVITIES,
        rows=tuple(_make_row(each, parts) for each in found.items),
        next_href=search.locate(found.next) if found.next else "",
        first_href=search.locate() if search.cursor else "",
        exports=_list_exports(search),
        reasons=(),
    )
    return _show(request, view, 200)


@get(f"{EVENTS_PATH}/export", sync_to_thread=True)
def export_events(request: WebRequest, door: TheDoor, actor: TheActor, wanted: _Format) -> Stream:
    """Send everything that matches as a file."""
    search = read_search(request.query_params)
    return EventExport(door, actor, search.make_filter(), wanted).send()


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_events, export_events)


def _show(request: WebRequest, view: EventsView, status: int) -> Response[bytes]:
    return show_page(request, Page("pages/events.html", "Events", view, section=EVENTS_PATH), status)


def _make_empty(search: EventSearch, form: FormView, reasons: tuple[str, ...]) -> EventsView:
    kept = form if form.values else FormView(search.values)
    return EventsView(search, kept, _ACTIVITIES, (), "", "", (), () if form.errors else reasons)


def _list_exports(search: EventSearch) -> tuple[Link, ...]:
    formats = ((ExportFormat.CSV, "Spreadsheet (CSV)"), (ExportFormat.JSON_LINES, "JSON lines"))
    return tuple(Link(label, search.locate_export(each), "download") for each, label in formats)


def _make_row(view: events.EventView, parts: WebParts) -> EventRow:
    event = view.event
    entry = describe_event(view, parts.role_labels, locate_subject(event.subject))
    return EventRow(entry, event.subject.name, event.at, event.sequence)
