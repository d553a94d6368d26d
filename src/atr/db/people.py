# SPDX-License-Identifier: Apache-2.0
"""The directory in the database."""

from collections.abc import Iterable
from functools import cache, lru_cache

from sqlalchemy import ARRAY, Connection, RowMapping, Select, Text, delete, exists, func, insert, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from atr.db.releases import MOST_STATEMENTS
from atr.db.tables.people import people, person_addresses
from atr.db.tables.projects import roster_members
from atr.domain.errors import Conflict
from atr.domain.names import Fingerprint, MailAddress, ProjectKey, UserId
from atr.domain.people import Person, Role
from atr.ports.repositories.people import FoundPerson, HeldRole

_MOST_WORDS = 8


class PersonRows:
    """Everybody ATR knows, with their verified addresses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, user: UserId) -> Person | None:
        """Return the person, if known."""
        row = self._connection.execute(_select_person(user)).mappings().one_or_none()
        return _read_person(row) if row else None

    def find_by_address(self, address: MailAddress) -> Person | None:
        """Return the person with the verified address in any case, if known."""
        owner = select(person_addresses.c.user_id).where(person_addresses.c.folded_address == address.lower())
        found = _select_people().where(people.c.user_id == owner.scalar_subquery())
        row = self._connection.execute(found).mappings().one_or_none()
        return _read_person(row) if row else None

    def find_names(self, users: frozenset[UserId]) -> dict[UserId, str]:
        """Return display names of those that are known, in one query."""
        if not users:
            return {}
        wanted = select(people.c.user_id, people.c.name).where(people.c.user_id.in_(users))
        return {UserId(user): name for user, name in self._connection.execute(wanted)}

    def find_many(self, users: frozenset[UserId]) -> dict[UserId, Person]:
        """Return those that are known, in one query."""
        rows = self._connection.execute(_select_people().where(people.c.user_id.in_(users))).mappings()
        return {person.id: person for person in map(_read_person, rows)}

    def list(self) -> tuple[Person, ...]:
        """Return everybody in order of user id."""
        rows = self._connection.execute(_select_people().order_by(people.c.user_id)).mappings()
        return tuple(_read_person(row) for row in rows)

    def search(self, text: str, limit: int, *, unlisted: bool) -> tuple[FoundPerson, ...]:
        """Return whose name or user id has all the words, by name, in two queries at most."""
        wanted = select(people.c.user_id, people.c.name).order_by(func.lower(people.c.name), people.c.user_id)
        for word in text.split()[:_MOST_WORDS]:
            columns = (people.c.name, people.c.user_id)
            wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
        if not unlisted:
            on_a_roster = exists().where(roster_members.c.user_id == people.c.user_id)
            wanted = wanted.where(or_(on_a_roster, people.c.foundation_member, people.c.sysadmin))
        found = {UserId(user): name for user, name in self._connection.execute(wanted.limit(limit))}
        roles = self._find_held(found)
        return tuple(FoundPerson(user, name, roles.get(user, ())) for user, name in found.items())

    def _find_held(self, users: Iterable[UserId]) -> dict[UserId, tuple[HeldRole, ...]]:
        held = roster_members.c.user_id.in_(list(users))
        rows = self._connection.execute(select(roster_members).where(held)).mappings()
        roles: dict[UserId, set[tuple[str, Role]]] = {}
        for row in rows:
            roles.setdefault(UserId(row["user_id"]), set()).add((row["project"], Role(row["role"])))
        order = list(Role)
        return {
            user: tuple(
                HeldRole(ProjectKey(project), role)
                for project, role in sorted(each, key=lambda one: (one[0], order.index(one[1])))
            )
            for user, each in roles.items()
        }

    def save(self, person: Person) -> None:
        """Add or replace the person; raise Conflict when an address is somebody else's."""
        values = {
            "name": person.name,
            "foundation_member": person.foundation_member,
            "sysadmin": person.sysadmin,
            "key_fingerprints": list(person.key_fingerprints),
            "wants_reminders": person.wants_reminders,
        }
        added = postgresql.insert(people).values(user_id=person.id, **values)
        self._connection.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=values))
        self._connection.execute(delete(person_addresses).where(person_addresses.c.user_id == person.id))
        self._add_addresses(person)

    def _add_addresses(self, person: Person) -> None:
        rows = [
            {
                "folded_address": address.lower(),
                "user_id": person.id,
                "position": position,
                "address": address,
            }
            for position, address in enumerate(person.addresses)
        ]
        if not rows:
            return
        try:
            self._connection.execute(insert(person_addresses), rows)
        except IntegrityError as error:
            raise Conflict(f"An address of {person.id} belongs to somebody else already.") from error


@lru_cache(maxsize=MOST_STATEMENTS)
def _select_person(user: UserId) -> Select[tuple[str, str, bool, bool, list[str], bool, list[str]]]:
    return _select_people().where(people.c.user_id == user)


@cache
def _select_people() -> Select[tuple[str, str, bool, bool, list[str], bool, list[str]]]:
    addresses = (
        select(person_addresses.c.address)
        .where(person_addresses.c.user_id == people.c.user_id)
        .order_by(person_addresses.c.position)
        .scalar_subquery()
    )
    return select(
        people.c.user_id,
        people.c.name,
        people.c.foundation_member,
        people.c.sysadmin,
        people.c.key_fingerprints,
        people.c.wants_reminders,
        func.array(addresses, type_=ARRAY(Text)).label("addresses"),
    )


def _read_person(stored: RowMapping) -> Person:
    return Person(
        id=UserId(stored["user_id"]),
        name=stored["name"],
        addresses=tuple(map(MailAddress, stored["addresses"])),
        foundation_member=stored["foundation_member"],
        sysadmin=stored["sysadmin"],
        key_fingerprints=tuple(map(Fingerprint, stored["key_fingerprints"])),
        wants_reminders=stored["wants_reminders"],
    )
