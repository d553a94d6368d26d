# SPDX-License-Identifier: Apache-2.0
"""One's own account: who one is here, and where one is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.errors import NotSignedIn
from atr.domain.mail import REMINDERS_PATH
from atr.domain.people import Role
from atr.domain.permissions import Activity
from atr.services import events
from atr.services.account_views import (
    ListSessions,
    OwnAccount,
    PersonalData,
    SessionView,
    ShowPersonalData,
    WhoAmI,
)
from atr.services.accounts import EndOtherSessions
from atr.services.own_data import EraseOwnData, ListVisits, Visit
from atr.services.reminders import SetReminders
from atr.web.addresses import locate_events, locate_project
from atr.web.api.visitors import SELF_SERVICE_PATH
from atr.web.components import ActionView, EventView, Link, PersonView
from atr.web.flash import Flash
from atr.web.pages.account_frame import ACCOUNT_PATH, list_account_tabs
from atr.web.pages.subject_events import describe_here
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, go_to, show_page
from atr.web.session import SESSION_COOKIE

_SESSIONS_PATH = f"{ACCOUNT_PATH}/sessions"
_ERASE_PATH = f"{ACCOUNT_PATH}/erase"
_SHOWN_EVENTS = 6
_OFFER_STOP = ActionView("Send me no reminders", f"{REMINDERS_PATH}/off", style="small", icon="mail")
_OFFER_START = ActionView("Remind me of votes", f"{REMINDERS_PATH}/on", style="small", icon="mail")


@dataclass(frozen=True, slots=True)
class RolesRow:
    """What somebody is to one project."""

    project: Link
    roles: str
    activities: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser."""

    current: bool
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything the page of an account shows."""

    tabs: tuple[Link, ...]
    person: PersonView
    addresses: tuple[str, ...]
    roles: str
    projects: tuple[RolesRow, ...]
    sessions: tuple[SessionRow, ...]
    end_others: ActionView | None
    events: tuple[EventView, ...]
    events_href: str
    data_href: str
    visits: tuple[Link, ...]
    erase_path: str
    wants_reminders: bool
    reminders: ActionView


@get(ACCOUNT_PATH, sync_to_thread=True)
def show_account(request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts) -> Response[bytes]:
    """Show who one is here."""
    account = door.ask(actor, WhoAmI())
    sessions = door.ask(actor, ListSessions(request.cookies.get(SESSION_COOKIE)))
    person = account.person
    others = [each for each in sessions if not each.current]
    may_search = Activity.SEARCH_ALL_EVENTS in account.permitted
    end_others = ActionView("Sign out everywhere else", _SESSIONS_PATH, style="", icon="log-out")
    view = AccountView(
        tabs=list_account_tabs(ACCOUNT_PATH),
        person=PersonView(person.id, person.name, person.id),
        addresses=person.addresses,
        roles=", ".join(parts.role_labels[role] for role in account.roles if role is not Role.VISITOR),
        projects=_list_projects(account, parts),
        sessions=tuple(map(_make_session, sessions)),
        end_others=end_others if others and len(others) < len(sessions) else None,
        events=_list_events(door.ask(actor, ShowPersonalData()), parts),
        events_href=locate_events(actor=person.id) if may_search else "",
        data_href="/api/v1/me/personal-data",
        visits=tuple(map(_link_visit, door.ask(actor, ListVisits()))),
        erase_path=_ERASE_PATH,
        wants_reminders=person.wants_reminders,
        reminders=_OFFER_STOP if person.wants_reminders else _OFFER_START,
    )
    return show_page(request, Page("pages/account.html", "My account", view))


@post(_SESSIONS_PATH, sync_to_thread=True)
def end_other_sessions(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[None]:
    """Sign out everywhere but in this browser."""
    secret = request.cookies.get(SESSION_COOKIE)
    if secret is None:
        raise NotSignedIn
    ended = door.perform(actor, EndOtherSessions(secret))
    where = "1 other browser" if ended == 1 else f"{ended} other browsers"
    return go_to(request, ACCOUNT_PATH, Flash(f"You were signed out in {where}."))


@post(_ERASE_PATH, sync_to_thread=True)
def erase_own_data(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[None]:
    """Erase visits to votes, and end every session and token."""
    door.perform(actor, EraseOwnData())
    return go_to(request, "/", Flash("What could be erased is erased, and you are signed out everywhere."))


@get(REMINDERS_PATH, sync_to_thread=True)
def lead_to_reminders(request: WebRequest) -> Response[None]:
    """Lead from the address in a reminder to where reminders are switched off."""
    return go_to(request, ACCOUNT_PATH)


@post(f"{REMINDERS_PATH}/{{answer:str}}", sync_to_thread=True)
def set_reminders(
    request: WebRequest, door: TheDoor, actor: TheActor, answer: FromPath[Literal["on", "off"]]
) -> Response[None]:
    """Switch one's reminders on or off."""
    person = door.perform(actor, SetReminders(answer == "on"))
    said = "You will be reminded of votes." if person.wants_reminders else "You will get no reminders."
    return go_to(request, ACCOUNT_PATH, Flash(said))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_account,
    end_other_sessions,
    erase_own_data,
    lead_to_reminders,
    set_reminders,
)


def _link_visit(visit: Visit) -> Link:
    participant = visit.participant
    label = f"Your visit to the vote on {participant.release}, round {participant.round}"
    return Link(label, f"{SELF_SERVICE_PATH}/{visit.link}")


def _list_projects(account: OwnAccount, parts: WebParts) -> tuple[RolesRow, ...]:
    return tuple(
        RolesRow(
            Link(each.name, locate_project(each.project)),
            ", ".join(parts.role_labels[role] for role in each.roles if role not in account.roles),
            ", ".join(each.permitted),
        )
        for each in account.projects
    )


def _list_events(data: PersonalData, parts: WebParts) -> tuple[EventView, ...]:
    newest = (events.EventView(each, data.person.name) for each in data.events[:_SHOWN_EVENTS])
    return tuple(describe_here(each, parts.role_labels) for each in newest)


def _make_session(view: SessionView) -> SessionRow:
    session = view.session
    return SessionRow(view.current, session.created_at, session.last_seen_at, session.expires_at)
