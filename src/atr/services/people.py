# SPDX-License-Identifier: Apache-2.0
"""People and the roles they are given; only sysadmins and whoever runs the machine do this."""

from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.errors import Conflict, Invalid, NotFound, Refused
from atr.domain.event import Subject
from atr.domain.names import Fingerprint, MailAddress, ProjectKey, UserId
from atr.domain.people import ActorKind, Person, Role, Roster, change_person, change_roster
from atr.domain.permissions import Permission, Standing
from atr.services.door import Command, Done, Query, Work


@dataclass(frozen=True, slots=True)
class CreatePerson(Command[Person]):
    """Add somebody to the directory."""

    user: UserId
    name: str
    addresses: tuple[MailAddress, ...] = ()
    foundation_member: bool = False
    sysadmin: bool = False
    key_fingerprints: tuple[Fingerprint, ...] = ()
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def carry_out(self, work: Work) -> Done[Person]:
        """Add the person; raise Conflict when the user id or an address is taken."""
        if work.unit.people.find(self.user) is not None:
            raise Conflict(f"There is a person {self.user} already.")
        if self.user in map(str, ActorKind):
            raise Invalid.field("user", f"{self.user} is how ATR names one of its own parties.")
        check_person_name(self.name)
        person = Person(
            self.user,
            self.name,
            self.addresses,
            self.foundation_member,
            self.sysadmin,
            self.key_fingerprints,
        )
        work.unit.people.save(person)
        flags = {"foundation_member": person.foundation_member, "sysadmin": person.sysadmin}
        return Done(person, "person.added", Subject("person", person.id), flags)


@dataclass(frozen=True, slots=True)
class GrantRole(Command[None]):
    """Give somebody a role in the foundation or in a project, or take it away."""

    user: UserId
    role: Role
    project: ProjectKey | None = None
    withdraw: bool = False
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def carry_out(self, work: Work) -> Done[None]:
        """Change the roster or the person; raise NotFound, or Invalid when role and place do not fit."""
        person = find_person(work, self.user)
        refusal = explain_withdrawal(work.actor.user, self.user, self.role)
        if self.withdraw and refusal:
            raise Refused(refusal)
        if self.project is None:
            work.unit.people.save(change_person(person, self.role, held=not self.withdraw))
        else:
            self._change_roster(work, self.project)
        what = "role.withdrawn" if self.withdraw else "role.granted"
        return Done(None, what, Subject("person", self.user, self.project), {"role": self.role})

    def _change_roster(self, work: Work, key: ProjectKey) -> None:
        project = work.unit.projects.find(key)
        if project is None:
            raise NotFound("project", key)
        roster = change_roster(project.roster, self.user, self.role, held=not self.withdraw)
        work.unit.projects.save(replace(project, roster=roster))


@dataclass(frozen=True, slots=True)
class ListPeople(Query[tuple[Person, ...]]):
    """Everybody with their addresses, for those who administer the directory."""

    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def answer(self, work: Work) -> tuple[Person, ...]:
        """Return everybody in order of user id."""
        return work.unit.people.list()


@dataclass(frozen=True, slots=True)
class FindPerson(Query[Person | None]):
    """Somebody in the directory, for those who administer it."""

    user: UserId
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def answer(self, work: Work) -> Person | None:
        """Return the person, if known."""
        return work.unit.people.find(self.user)


@dataclass(frozen=True, slots=True)
class FindFirstSysadmin(Query[UserId | None]):
    """Somebody who can set everything else up."""

    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def answer(self, work: Work) -> UserId | None:
        """Return the first sysadmin in order of user id, if there is one."""
        return next((person.id for person in work.unit.people.list() if person.sysadmin), None)


def explain_withdrawal(by: UserId | None, user: UserId, role: Role) -> str:
    """Return why somebody may not take a role away, empty when they may."""
    if role is Role.SYSADMIN and by == user:
        return "You cannot take the role of sysadmin from yourself: ask another sysadmin."
    return ""


def check_person_name(name: str) -> None:
    """Raise Invalid unless people can read the name and nothing hides in it."""
    if not (1 <= len(name) <= 200 and name.isprintable() and name == name.strip()):
        raise Invalid.field("name", "Give a name of 1 to 200 printable characters.")


def find_person(work: Work, user: UserId) -> Person:
    """Return the person; raise NotFound."""
    person = work.unit.people.find(user)
    if person is None:
        raise NotFound("person", user)
    return person


def require_known(work: Work, roster: Roster) -> None:
    """Raise Invalid naming everybody on the roster who is not in the directory."""
    named = roster.pmc_members | roster.committers | roster.release_managers
    unknown = sorted(named - work.unit.people.find_names(named).keys())
    if unknown:
        raise Invalid.field("roster", f"Nobody here is called {', '.join(unknown)}: add them first.")
