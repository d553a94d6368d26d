# SPDX-License-Identifier: Apache-2.0
"""When keys end: a year ahead as months and days, and as a calendar that other programs subscribe to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.activity import list_months
from atr.domain.names import ProjectKey
from atr.formats.calendar import DayEvent, write_calendar
from atr.services.key_calendar import ListEndingKeys
from atr.services.key_views import KeyView
from atr.services.project_views import ShowProject
from atr.web.addresses import locate_key, locate_project
from atr.web.components import Link, PersonView
from atr.web.pages.administration import find_section, list_administration_tabs
from atr.web.pages.key_rows import Expiry, describe_expiry, name_key
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page
from atr.web.sending import send_small

CALENDAR_PATH = "/keys/calendar"
_MEDIA_TYPE = "text/calendar; charset=utf-8"
_ADVICE = "Make it last longer, or add another."
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_AN_HOUR = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class EndingKey:
    """A key with the day on which it ends."""

    day: str
    name: str
    href: str
    owner: PersonView | None
    expiry: Expiry
    projects: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class MonthGroup:
    """The keys that end in a month."""

    id: str
    label: str
    keys: tuple[EndingKey, ...]


@dataclass(frozen=True, slots=True)
class MonthTile:
    """A month in the overview of the year, with how many keys end in it."""

    label: str
    year: str
    number: int
    href: str
    tone: str


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The year ahead; `over` are keys that ended lately."""

    tabs: tuple[Link, ...]
    about: str
    feed: str
    address: str
    tiles: tuple[MonthTile, ...]
    over: tuple[EndingKey, ...]
    months: tuple[MonthGroup, ...]


@get(CALENDAR_PATH, sync_to_thread=True)
def show_calendar(request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts) -> Response[bytes]:
    """Show when the keys of all projects end."""
    tabs = list_administration_tabs(actor, CALENDAR_PATH)
    found = door.ask(actor, ListEndingKeys())
    view = _make_page(parts, found, "the keys of all projects", CALENDAR_PATH, tabs)
    section = find_section(actor, "/keys")
    crumbs = () if tabs else (Link("Keys", "/keys"),)
    return show_page(request, Page("pages/key_calendar.html", "Key calendar", view, crumbs, section=section))


@get("/projects/{project:str}/keys/calendar", sync_to_thread=True)
def show_project_calendar(
    request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts, project: FromPath[ProjectKey]
) -> Response[bytes]:
    """Show when the keys of a project end."""
    name = door.ask(actor, ShowProject(project)).project.name
    path = f"{locate_project(project)}/keys"
    found = door.ask(actor, ListEndingKeys(project))
    view = _make_page(parts, found, f"the keys of {name}", f"{path}/calendar")
    crumbs = (Link("Projects", "/projects"), Link(name, locate_project(project)), Link("Keys", path))
    page = Page("pages/key_calendar.html", "Key calendar", view, crumbs, section="/projects")
    return show_page(request, page)


@get(f"{CALENDAR_PATH}.ics", sync_to_thread=True)
def send_calendar(request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts) -> Response[bytes]:
    """Send when the keys of all projects end, for a calendar program."""
    return _send(request, parts, door.ask(actor, ListEndingKeys()), "Keys that end")


@get("/projects/{project:str}/keys/calendar.ics", sync_to_thread=True)
def send_project_calendar(
    request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts, project: FromPath[ProjectKey]
) -> Response[bytes]:
    """Send when the keys of a project end, for a calendar program."""
    return _send(request, parts, door.ask(actor, ListEndingKeys(project)), f"Keys of {project} that end")


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_calendar,
    show_project_calendar,
    send_calendar,
    send_project_calendar,
)


def _make_page(
    parts: WebParts, found: tuple[KeyView, ...], about: str, path: str, tabs: tuple[Link, ...] = ()
) -> CalendarPage:
    ahead = tuple(each for each in found if not each.expired)
    months = tuple(_group_months(ahead))
    return CalendarPage(
        tabs=tabs,
        about=about,
        feed=f"{path}.ics",
        address=f"{parts.public_url}{path}.ics",
        tiles=tuple(_lay_tiles(parts.clock(), ahead)),
        over=tuple(_make_key(each) for each in found if each.expired),
        months=months,
    )


def _lay_tiles(now: datetime, ahead: tuple[KeyView, ...]) -> Iterator[MonthTile]:
    """Yield this month and the twelve that follow."""
    counts: dict[date, int] = {}
    for each in ahead:
        month = find_end(each).date().replace(day=1)
        counts[month] = counts.get(month, 0) + 1
    last = now.replace(year=now.year + 1, day=1)
    for index, month in enumerate(list_months(last, 13)):
        number = counts.get(month, 0)
        tone = "neutral" if not number else "warn" if index < 2 else "info"
        href = f"#{_name_month(month)}" if number else ""
        yield MonthTile(f"{month:%b}", f"{month:%Y}", number, href, tone)


def _group_months(ahead: tuple[KeyView, ...]) -> Iterator[MonthGroup]:
    for month, each in groupby(ahead, lambda view: find_end(view).date().replace(day=1)):
        yield MonthGroup(_name_month(month), f"{month:%B %Y}", tuple(map(_make_key, each)))


def _name_month(month: date) -> str:
    return f"month-{month:%Y-%m}"


def find_end(view: KeyView) -> datetime:
    """Return when the key's time is over; only for those that have an end."""
    end = view.signing.key.expires_at
    assert end is not None  # the list has no others
    return end


def _make_key(view: KeyView) -> EndingKey:
    signing = view.signing
    return EndingKey(
        day=f"{find_end(view):%d %b}",
        name=name_key(view),
        href=locate_key(signing.fingerprint),
        owner=PersonView(signing.owner, view.owner_name or signing.owner) if signing.owner else None,
        expiry=describe_expiry(view),
        projects=tuple(Link(each, f"{locate_project(each)}/keys") for each in view.projects),
    )


def _send(request: WebRequest, parts: WebParts, found: tuple[KeyView, ...], name: str) -> Response[bytes]:
    host = parts.public_url.partition("://")[2]
    events = tuple(
        DayEvent(
            uid=f"{each.signing.fingerprint}@{host}",
            day=find_end(each).date(),
            summary=f"Signing key of {each.owner_name or name_key(each)} ends",
            description=f"{name_key(each)} signs for {', '.join(each.projects)}. {_ADVICE}",
            url=f"{parts.public_url}{locate_key(each.signing.fingerprint)}",
        )
        for each in found
    )
    # The same list is the same bytes, so that the asker learns that nothing changed.
    stamp = max((each.signing.added_at for each in found), default=_BEGINNING)
    return send_small(request, write_calendar(name, events, stamp), _MEDIA_TYPE, _AN_HOUR)
