# SPDX-License-Identifier: Apache-2.0
"""Persons, their roles, and whoever acts."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from atr.domain.errors import Invalid
from atr.domain.names import Fingerprint, MailAddress, ProductKey, ProjectKey, UserId


class Role(StrEnum):
    """What somebody is to a project or to the foundation; the labels on pages are configuration."""

    PMC_MEMBER = "pmc_member"
    RELEASE_MANAGER = "release_manager"
    COMMITTER = "committer"
    VISITOR = "visitor"
    FOUNDATION_MEMBER = "foundation_member"
    SYSADMIN = "sysadmin"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the directory; `addresses` are verified ones, the first is the preferred.

    `key_fingerprints` name OpenPGP keys that the directory knows to be this person's; `wants_reminders` says
    whether to write to them about votes they have not voted in.
    """

    id: UserId
    name: str
    addresses: tuple[MailAddress, ...] = ()
    foundation_member: bool = False
    sysadmin: bool = False
    key_fingerprints: tuple[Fingerprint, ...] = ()
    wants_reminders: bool = True


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is what in one project."""

    pmc_members: frozenset[UserId] = frozenset()
    committers: frozenset[UserId] = frozenset()
    release_managers: frozenset[UserId] = frozenset()

    def roles_of(self, user: UserId) -> frozenset[Role]:
        """Return the roles the user holds in this project."""
        held = (
            (Role.PMC_MEMBER, self.pmc_members),
            (Role.COMMITTER, self.committers),
            (Role.RELEASE_MANAGER, self.release_managers),
        )
        return frozenset(role for role, members in held if user in members)


EMPTY_ROSTER = Roster()


def change_roster(roster: Roster, user: UserId, role: Role, *, held: bool) -> Roster:
    """Return the roster with the user holding the role or not; raise Invalid for roles outside projects."""

    def change(members: frozenset[UserId]) -> frozenset[UserId]:
        return members | {user} if held else members - {user}

    match role:
        case Role.PMC_MEMBER:
            return replace(roster, pmc_members=change(roster.pmc_members))
        case Role.COMMITTER:
            return replace(roster, committers=change(roster.committers))
        case Role.RELEASE_MANAGER:
            return replace(roster, release_managers=change(roster.release_managers))
        case _:
            raise Invalid.field("role", f"{role} is not a role that somebody holds in a project.")


def change_person(person: Person, role: Role, *, held: bool) -> Person:
    """Return the person holding the role or not; raise Invalid for roles that belong to projects."""
    match role:
        case Role.FOUNDATION_MEMBER:
            return replace(person, foundation_member=held)
        case Role.SYSADMIN:
            return replace(person, sysadmin=held)
        case _:
            raise Invalid.field("role", f"{role} is not a role that somebody holds outside a project.")


class ActorKind(StrEnum):
    """What sort of party acts."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    AUTOMATION = "automation"
    SERVICE = "service"  # ATR itself: the next step after a passed vote, a deadline, a publication
    OPERATOR = "operator"  # whoever runs `atr admin` on the machine


@dataclass(frozen=True, slots=True)
class TokenScope:
    """What a token may do: empty sets of products or phases mean all of them."""

    activities: frozenset[str]
    projects: frozenset[ProjectKey] = frozenset()
    products: frozenset[ProductKey] = frozenset()
    phases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts; a scope narrows what the token in use may do of what the person may."""

    kind: ActorKind
    user: UserId | None = None
    foundation_roles: frozenset[Role] = frozenset()
    scope: TokenScope | None = None
    signed_in_at: datetime | None = None

    @property
    def label(self) -> str:
        """Return the name under which events record the actor."""
        return self.user or self.kind


ANONYMOUS = Actor(ActorKind.ANONYMOUS)
SERVICE = Actor(ActorKind.SERVICE)
OPERATOR = Actor(ActorKind.OPERATOR)


def as_actor(person: Person, scope: TokenScope | None = None, signed_in_at: datetime | None = None) -> Actor:
    """Return the person as somebody who acts."""
    held = ((Role.FOUNDATION_MEMBER, person.foundation_member), (Role.SYSADMIN, person.sysadmin))
    roles = frozenset(role for role, holds in held if holds)
    return Actor(ActorKind.PERSON, person.id, roles, scope, signed_in_at)


def find_roles(actor: Actor, roster: Roster | None) -> frozenset[Role]:
    """Return all roles the actor holds where the roster applies; everybody is a visitor."""
    own = roster.roles_of(actor.user) if roster is not None and actor.user is not None else frozenset()
    return own | actor.foundation_roles | {Role.VISITOR}


@dataclass(frozen=True, slots=True)
class Token:
    """A scoped token as its owner sees it; only a hash of the secret is stored."""

    id: int
    owner: UserId
    name: str
    scope: TokenScope
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    kind: ActorKind = field(default=ActorKind.AUTOMATION)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; only a hash of the cookie is stored."""

    id: int
    user: UserId
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is to one project, in the order of the roles."""

    project: ProjectKey
    name: str
    roles: tuple[Role, ...]
