# SPDX-License-Identifier: Apache-2.0
"""The audit trail in the API."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid
from atr.domain.names import ProjectKey, parse_place
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import Page, PageRequest
from atr.schema.events import EventAnswer, SubjectAnswer
from atr.schema.pages import ItemPage
from atr.services.events import EventView, ListEvents
from atr.web.event_export import EventExport, ExportFormat
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from atr.web.parts import TheActor, TheDoor

TheFilter = NamedDependency[SkipValidation[EventFilter]]
_By = Annotated[str | None, QueryParameter(name="actor", description="Who acted, exactly.")]
_Activity = Annotated[str | None, QueryParameter(description="The activity, exactly, such as `run phase`.")]
_Name = Annotated[str | None, QueryParameter(description="What happened, exactly, such as `vote.opened`.")]
_Since = Annotated[str | None, QueryParameter(description="The first moment (RFC 3339).")]
_Until = Annotated[str | None, QueryParameter(description="The moment after the last (RFC 3339).")]
_Format = Annotated[ExportFormat, QueryParameter(name="format", description="How the file is written.")]
_Text = Annotated[str, QueryParameter(name="q", description="Beginnings of words that all occur.")]


def read_filter(
    by: _By = None,
    activity: _Activity = None,
    name: _Name = None,
    since: _Since = None,
    until: _Until = None,
    text: _Text = "",
) -> EventFilter:
    """Return what a list of events is narrowed to; raise Invalid for times that are none."""
    begin, end = _read_moment("since", since), _read_moment("until", until)
    return EventFilter(actor=by, activity=activity, name=name, since=begin, until=end, text=text)


FILTER = {"which": Provide(read_filter, sync_to_thread=False)}


@get("/events", dependencies=FILTER, sync_to_thread=True)
def search_events(
    actor: TheActor,
    door: TheDoor,
    which: TheFilter,
    subject: FromQuery[str] = "",
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[EventAnswer]:
    """List events, newest first; without a subject this is for foundation members and sysadmins only.

    `subject` is `PROJECT[/PRODUCT][/VERSION]`.
    """
    place = parse_place(subject) if subject else (None, None, None)
    found = door.ask(actor, ListEvents(which.within(*place), PageRequest(limit, cursor)))
    return describe_events(found)


@get("/projects/{project:str}/events", dependencies=FILTER, sync_to_thread=True)
def list_project_events(
    actor: TheActor,
    door: TheDoor,
    which: TheFilter,
    project: FromPath[ProjectKey],
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[EventAnswer]:
    """List what happened in a project, newest first."""
    return describe_events(door.ask(actor, ListEvents(which.within(project), PageRequest(limit, cursor))))


@get("/events/export", dependencies=FILTER, sync_to_thread=True, media_type="application/jsonl")
def export_events(
    actor: TheActor, door: TheDoor, which: TheFilter, wanted: _Format, subject: FromQuery[str] = ""
) -> Stream:
    """Send every event that matches as a file, newest first: `csv`, or `jsonl` with an object a line.

    `subject` is `PROJECT[/PRODUCT][/VERSION]`; rights are those of the list.
    """
    place = parse_place(subject) if subject else (None, None, None)
    return EventExport(door, actor, which.within(*place), wanted).send()


HANDLERS: tuple[ControllerRouterHandler, ...] = (search_events, list_project_events, export_events)


def describe_events(page: Page[EventView]) -> ItemPage[EventAnswer]:
    """Return a page of events as it is sent."""
    return ItemPage[EventAnswer](items=tuple(map(describe_event, page.items)), next=page.next)


def describe_event(view: EventView) -> EventAnswer:
    """Return an event as it is sent."""
    event = view.event
    return EventAnswer(
        sequence=event.sequence,
        at=event.at,
        actor=event.actor,
        actor_name=view.actor_name,
        role=event.role,
        activity=event.activity,
        name=event.name,
        subject=SubjectAnswer.of(event.subject),
        details=dict(event.details),
    )


def _read_moment(field: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid.field(field, f"{field} is not a time: write one such as 2026-11-21T12:00:00Z.")
    return moment
