# SPDX-License-Identifier: Apache-2.0
"""People and their roles in the API."""

from typing import Annotated

from litestar import get, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.names import ProjectKey, UserId
from atr.domain.people import Membership, Person, Role
from atr.ports.repositories.paging import PageRequest
from atr.schema.directory import DirectoryAnswer, MembershipAnswer, RolePut
from atr.schema.pages import ItemPage
from atr.services.door import Door
from atr.services.people import GrantRole
from atr.services.people_views import ListDirectory, ShowPerson
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from atr.web.parts import TheActor, TheDoor, WebRequest

_Role = Annotated[
    Role | None, QueryParameter(name="role", description="Only those who hold it anywhere", required=False)
]


@get("/people", sync_to_thread=True)
def list_people(
    actor: TheActor,
    door: TheDoor,
    q: FromQuery[str] = "",
    held: _Role = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[DirectoryAnswer]:
    """List everybody in order of user id; for sysadmins."""
    found = door.ask(actor, ListDirectory(q, held, PageRequest(limit, cursor)))
    items = (_describe_person(each.person, each.memberships, shows_addresses=True) for each in found.items)
    return ItemPage[DirectoryAnswer](items=tuple(items), next=found.next)


@get("/people/{user:str}", sync_to_thread=True)
def show_person(request: WebRequest, door: TheDoor, user: FromPath[UserId]) -> DirectoryAnswer:
    """Show somebody's roles to those who signed in."""
    return _show(request, door, user)


@put("/people/{user:str}/roles", sync_to_thread=True)
def set_role(
    request: WebRequest, door: TheDoor, user: FromPath[UserId], data: JSONBody[RolePut]
) -> DirectoryAnswer:
    """Give somebody a role, or take it away; for sysadmins."""
    project = ProjectKey(data.project) if data.project else None
    door.perform(request.user, GrantRole(user, data.role, project, withdraw=not data.held))
    return _show(request, door, user)


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_people, show_person, set_role)


def _show(request: WebRequest, door: Door, user: UserId) -> DirectoryAnswer:
    found = door.ask(request.user, ShowPerson(user))
    return _describe_person(found.person, found.memberships, shows_addresses=found.shows_addresses)


def _describe_person(
    person: Person, memberships: tuple[Membership, ...], *, shows_addresses: bool
) -> DirectoryAnswer:
    return DirectoryAnswer(
        id=person.id,
        name=person.name,
        addresses=person.addresses if shows_addresses else None,
        foundation_member=person.foundation_member,
        sysadmin=person.sysadmin,
        projects=tuple(map(MembershipAnswer.of, memberships)),
    )
