# SPDX-License-Identifier: Apache-2.0
"""People and roles: the directory, somebody's page, and giving and taking roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid, NotFound, Refused
from atr.domain.names import ProjectKey, UserId
from atr.domain.people import Membership, Person, Role
from atr.ports.repositories.paging import PageRequest
from atr.schema.names import ProjectKeyText
from atr.services import people_views
from atr.services.door import Door
from atr.services.key_views import KeyView
from atr.services.people import GrantRole, explain_withdrawal
from atr.services.people_views import ListDirectory, ShowPerson
from atr.web.addresses import locate_events, locate_person, locate_project
from atr.web.components import ActionView, Badge, EventView, FilterView, Link, Option, PersonView
from atr.web.fields import PageForm
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.administration import PEOPLE_PATH, find_section, list_administration_tabs
from atr.web.pages.key_rows import KeyRow, make_key_row
from atr.web.pages.subject_events import describe_here
from atr.web.parts import TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, go_to, show_page

_AT_ONCE = 50
_GIVEN = (Role.PMC_MEMBER, Role.RELEASE_MANAGER, Role.COMMITTER, Role.FOUNDATION_MEMBER, Role.SYSADMIN)
_Role = Annotated[str, QueryParameter(name="role", required=False)]
_Cursor = Annotated[str, QueryParameter(name="cursor", required=False)]


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that somebody holds; `withdraw` takes it away."""

    label: str
    withdraw: ActionView | None = None


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """What somebody is to one project, or to the foundation."""

    place: Link
    roles: tuple[RoleHeld, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list."""

    person: PersonView
    address: str
    badges: tuple[Badge, ...]
    projects: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Those who match, in order of user id."""

    tabs: tuple[Link, ...]
    filter: FilterView
    rows: tuple[PersonRow, ...]
    next_href: str
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody: roles, keys, newest acts, and for sysadmins the form that gives roles."""

    tabs: tuple[Link, ...]
    person: PersonView
    here: str
    addresses: tuple[str, ...] | None
    memberships: tuple[MembershipRow, ...]
    keys: tuple[KeyRow, ...]
    events: tuple[EventView, ...] | None
    events_href: str
    may_administer: bool
    roles: tuple[Option, ...]
    form: FormView


class RoleForm(PageForm):
    """A role to give; without a project, in the foundation."""

    role: Literal["pmc_member", "release_manager", "committer", "foundation_member", "sysadmin"]
    project: ProjectKeyText | None = None


class WithdrawalForm(PageForm):
    """A role to take away: its name, and the project if it is held in one."""

    held: str

    def read_place(self) -> tuple[Role, ProjectKey | None]:
        """Return the role and its project; raise Refused, or Invalid for a key that is none."""
        role, _, project = self.held.partition(" ")
        if role not in set(_GIVEN):
            raise Refused("This is not a role that somebody is given.")
        return Role(role), ProjectKey(project) if project else None


@get(PEOPLE_PATH, sync_to_thread=True)
def show_people(
    request: WebRequest,
    door: TheDoor,
    parts: TheParts,
    q: FromQuery[str] = "",
    held: _Role = "",
    cursor: _Cursor = "",
) -> Response[bytes]:
    """Show everybody who matches."""
    labels = parts.role_labels
    role = Role(held) if held in set(_GIVEN) else None
    found = door.ask(request.user, ListDirectory(q, role, PageRequest(_AT_ONCE, cursor or None)))
    kept = {"q": q, "role": held}
    options = (Option("", "Every role"), *(Option(each, labels[each]) for each in _GIVEN))
    view = PeoplePage(
        tabs=list_administration_tabs(request.user, PEOPLE_PATH),
        filter=FilterView(
            PEOPLE_PATH, q, "Find people", "role", "Role", role or "", options, target="#people-found"
        ),
        rows=tuple(_make_row(each, labels) for each in found.items),
        next_href=f"{PEOPLE_PATH}?{urlencode(kept | {'cursor': found.next})}" if found.next else "",
        is_narrowed=bool(q.strip() or role),
    )
    section = find_section(request.user, "")
    return show_page(request, Page("pages/people.html", "People", view, section=section))


@get(f"{PEOPLE_PATH}/{{user:str}}", sync_to_thread=True)
def show_person(
    request: WebRequest, door: TheDoor, parts: TheParts, user: FromPath[UserId]
) -> Response[bytes]:
    """Show somebody to those who signed in."""
    return _show(request, door, parts, user)


@post(f"{PEOPLE_PATH}/{{user:str}}/roles", sync_to_thread=True)
def give_role(
    request: WebRequest, data: FormData, door: TheDoor, parts: TheParts, user: FromPath[UserId]
) -> Response[bytes] | Response[None]:
    """Give somebody a role."""

    def give(form: RoleForm) -> str:
        project = ProjectKey(form.project) if form.project else None
        _grant(door, request, GrantRole(user, Role(form.role), project))
        return parts.role_labels[Role(form.role)]

    outcome = submit_form(RoleForm, data, give)
    if isinstance(outcome, Rejected):
        return _show(request, door, parts, user, outcome)
    return go_to(request, locate_person(user), Flash(f"{user} has the role {outcome.result} now."))


@post(f"{PEOPLE_PATH}/{{user:str}}/roles/withdraw", sync_to_thread=True)
def withdraw_role(
    request: WebRequest, data: FormData, door: TheDoor, parts: TheParts, user: FromPath[UserId]
) -> Response[bytes] | Response[None]:
    """Take a role from somebody."""

    def withdraw(form: WithdrawalForm) -> str:
        role, project = form.read_place()
        _grant(door, request, GrantRole(user, role, project, withdraw=True))
        return parts.role_labels[role]

    outcome = submit_form(WithdrawalForm, data, withdraw)
    if isinstance(outcome, Rejected):
        return _show(request, door, parts, user, outcome)
    return go_to(request, locate_person(user), Flash(f"{user} no longer has the role {outcome.result}."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_people, show_person, give_role, withdraw_role)


def _grant(door: Door, request: WebRequest, command: GrantRole) -> None:
    try:
        door.perform(request.user, command)
    except NotFound as error:
        if command.project is None:
            raise
        raise Invalid.field("project", str(error)) from error


def _show(
    request: WebRequest, door: Door, parts: WebParts, user: UserId, rejected: Rejected | None = None
) -> Response[bytes]:
    found = door.ask(request.user, ShowPerson(user))
    person, labels = found.person, parts.role_labels
    view = PersonPage(
        tabs=list_administration_tabs(request.user, PEOPLE_PATH),
        person=PersonView(person.id, person.name),
        here=locate_person(user),
        addresses=tuple(person.addresses) if found.shows_addresses else None,
        memberships=tuple(_list_memberships(request, found, labels)),
        keys=tuple(map(_make_key, found.keys)),
        events=_describe_acts(found, labels),
        events_href=locate_events(actor=person.id) if found.events else "",
        may_administer=found.may_administer,
        roles=tuple(Option(each, labels[each]) for each in _GIVEN),
        form=rejected.form if rejected else EMPTY_FORM,
    )
    crumbs = (Link("People", PEOPLE_PATH),) if found.may_administer else ()
    page = Page("pages/person.html", person.name, view, crumbs, section=find_section(request.user, ""))
    return show_page(request, page, rejected.status if rejected else 200)


def _make_key(view: KeyView) -> KeyRow:
    places = ", ".join(view.projects) or "no project"
    return replace(make_key_row(view), owner=None, note=f"signs for {places}")


def _describe_acts(
    found: people_views.PersonView, labels: Mapping[Role, str]
) -> tuple[EventView, ...] | None:
    if found.events is None:
        return None
    return tuple(describe_here(each, labels) for each in found.events)


def _list_memberships(
    request: WebRequest, found: people_views.PersonView, labels: Mapping[Role, str]
) -> Iterator[MembershipRow]:
    person, by = found.person, request.user.user

    def hold(role: Role, project: ProjectKey | None = None) -> RoleHeld:
        if not found.may_administer:
            return RoleHeld(labels[role])
        refusal = explain_withdrawal(by, person.id, role)
        action = f"{locate_person(person.id)}/roles/withdraw"
        held = f"{role} {project}" if project else str(role)
        reasons = (refusal,) if refusal else ()
        return RoleHeld(labels[role], ActionView("Take away", action, reasons, "small", "x", "held", held))

    flags = {Role.FOUNDATION_MEMBER: person.foundation_member, Role.SYSADMIN: person.sysadmin}
    if any(flags.values()):
        roles = tuple(hold(role) for role, held in flags.items() if held)
        yield MembershipRow(Link("The foundation", ""), roles)
    for each in found.memberships:
        place = Link(each.name, locate_project(each.project))
        yield MembershipRow(place, tuple(hold(role, each.project) for role in each.roles))


def _make_row(entry: people_views.PersonEntry, labels: Mapping[Role, str]) -> PersonRow:
    person = entry.person
    flags = ((Role.SYSADMIN, person.sysadmin), (Role.FOUNDATION_MEMBER, person.foundation_member))
    return PersonRow(
        person=PersonView(person.id, person.name, person.id, locate_person(person.id)),
        address=_find_address(person),
        badges=tuple(Badge(labels[role], Tone.INFO) for role, held in flags if held),
        projects=tuple(_link_project(each, labels) for each in entry.memberships),
    )


def _find_address(person: Person) -> str:
    return person.addresses[0] if person.addresses else "no address"


def _link_project(membership: Membership, labels: Mapping[Role, str]) -> Link:
    held = ", ".join(labels[role] for role in membership.roles)
    return Link(f"{membership.name}: {held}", locate_project(membership.project))
