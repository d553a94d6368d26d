# SPDX-License-Identifier: Apache-2.0
"""Looking at people: the directory for sysadmins, and somebody's page for those who signed in."""

from dataclasses import dataclass, field
from typing import ClassVar

from atr.domain.errors import NotFound, NotSignedIn
from atr.domain.names import UserId
from atr.domain.people import Membership, Person, Role
from atr.domain.permissions import Activity, Permission, Standing, administers_foundation
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import Page, PageRequest
from atr.services.door import Query, Work
from atr.services.events import EventView, name_actors
from atr.services.key_views import KeyView, list_own_keys
from atr.services.people import find_person

SHOWN_EVENTS = 12


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody in the list, with what they are to which projects."""

    person: Person
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class ListDirectory(Query[Page[PersonEntry]]):
    """Everybody, narrowed by words or by a role that they hold anywhere."""

    text: str = ""
    role: Role | None = None
    page: PageRequest = field(default_factory=PageRequest)
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def answer(self, work: Work) -> Page[PersonEntry]:
        """Return one page in order of user id."""
        found = work.unit.directory.list_people(self.text, self.role, self.page)
        roles = work.unit.directory.find_memberships([each.id for each in found.items])
        return Page(tuple(PersonEntry(each, roles.get(each.id, ())) for each in found.items), found.next)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody as whoever asks may see them; `events` is None when they may not search all events."""

    person: Person
    memberships: tuple[Membership, ...]
    keys: tuple[KeyView, ...]
    events: tuple[EventView, ...] | None
    shows_addresses: bool
    may_administer: bool


@dataclass(frozen=True, slots=True)
class ShowPerson(Query[PersonView]):
    """Somebody's roles, keys and newest acts; people on no roster are seen by themselves and sysadmins."""

    user: UserId

    def answer(self, work: Work) -> PersonView:
        """Return the view; raise NotSignedIn, or NotFound also for those who are not shown."""
        if work.actor.user is None and not administers_foundation(work.actor):
            raise NotSignedIn
        person = find_person(work, self.user)
        memberships = work.unit.directory.find_memberships([person.id]).get(person.id, ())
        is_own, administers = work.actor.user == person.id, administers_foundation(work.actor)
        is_listed = bool(memberships) or person.foundation_member or person.sysadmin
        if not (is_listed or is_own or administers):
            raise NotFound("person", self.user)
        sees_events = is_own or Activity.SEARCH_ALL_EVENTS in work.permitted
        return PersonView(
            person=person,
            memberships=memberships,
            keys=list_own_keys(work, person.id),
            events=_list_acts(work, person.id) if sees_events else None,
            shows_addresses=is_own or administers,
            may_administer=administers,
        )


def _list_acts(work: Work, user: UserId) -> tuple[EventView, ...]:
    found = work.unit.events.list(EventFilter(actor=user), PageRequest(SHOWN_EVENTS))
    return name_actors(work, found.items)
