# SPDX-License-Identifier: Apache-2.0
"""The directory as a list, with the rosters of projects beside it."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, func, or_, select

from atr.db.people import PersonRows
from atr.db.tables.people import people, person_addresses
from atr.db.tables.projects import projects, roster_members
from atr.domain.names import ProjectKey, UserId
from atr.domain.people import Membership, Person, Role
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest

_FLAGS = {Role.FOUNDATION_MEMBER: people.c.foundation_member, Role.SYSADMIN: people.c.sysadmin}
_MOST_WORDS = 5


class DirectoryRows:
    """Everybody, page by page."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_people(self, text: str, role: Role | None, page: PageRequest) -> Page[Person]:
        """Return whose user id, name or address has all the words, and who hold the role anywhere."""
        limit = min(max(page.limit, 1), MOST_ITEMS)
        wanted = select(people.c.user_id).order_by(people.c.user_id).limit(limit + 1)
        for word in text.split()[:_MOST_WORDS]:
            wanted = wanted.where(_has_word(word))
        if role is not None:
            wanted = wanted.where(_holds_role(role))
        if page.after is not None:
            wanted = wanted.where(people.c.user_id > page.after)
        found = tuple(map(UserId, self._connection.scalars(wanted)))
        shown = found[:limit]
        everybody = PersonRows(self._connection).find_many(frozenset(shown))
        return Page(tuple(everybody[user] for user in shown), shown[-1] if len(found) > limit else None)

    def find_memberships(self, users: Iterable[UserId]) -> dict[UserId, tuple[Membership, ...]]:
        """Return what each is to which projects, by name of project, in one query."""
        wanted = (
            select(roster_members.c.user_id, roster_members.c.project, roster_members.c.role, projects.c.name)
            .join(projects, projects.c.key == roster_members.c.project)
            .where(roster_members.c.user_id.in_(list(users)))
            .order_by(roster_members.c.user_id, func.lower(projects.c.name), projects.c.key)
        )
        found: dict[UserId, tuple[Membership, ...]] = {}
        rows = self._connection.execute(wanted)
        for (user, project, name), each in groupby(rows, attrgetter("user_id", "project", "name")):
            held = {row.role for row in each}
            membership = Membership(ProjectKey(project), name, tuple(role for role in Role if role in held))
            found[UserId(user)] = (*found.get(UserId(user), ()), membership)
        return found


def _has_word(word: str) -> ColumnElement[bool]:
    own = select(person_addresses.c.user_id).where(
        person_addresses.c.user_id == people.c.user_id,
        person_addresses.c.folded_address.contains(word.lower(), autoescape=True),
    )
    columns = (people.c.user_id, people.c.name)
    return or_(*(column.icontains(word, autoescape=True) for column in columns), own.exists())


def _holds_role(role: Role) -> ColumnElement[bool]:
    if role in _FLAGS:
        return _FLAGS[role].is_(True)
    held = select(roster_members.c.user_id).where(
        roster_members.c.user_id == people.c.user_id, roster_members.c.role == role
    )
    return held.exists()
