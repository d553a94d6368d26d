# SPDX-License-Identifier: Apache-2.0
"""What somebody sees of their own account."""

from dataclasses import dataclass, field
from typing import ClassVar

from atr.domain.credential import hash_secret
from atr.domain.event import Event
from atr.domain.names import ProjectKey
from atr.domain.people import ActorKind, Person, Role, Session, Token, TokenScope, find_roles
from atr.domain.permissions import Activity, Permission, Standing, find_permitted
from atr.domain.project import Project
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import MOST_ITEMS, PageRequest
from atr.services.accounts import require_user
from atr.services.door import Query, Work
from atr.services.people import find_person


@dataclass(frozen=True, slots=True)
class ProjectRoles:
    """What somebody is to one project, and what that lets them do."""

    project: ProjectKey
    name: str
    roles: tuple[Role, ...]
    permitted: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Who acts: the person, how they came in, and what they may do where."""

    person: Person
    kind: ActorKind
    scope: TokenScope | None
    roles: tuple[Role, ...]
    permitted: tuple[Activity, ...]
    projects: tuple[ProjectRoles, ...]


@dataclass(frozen=True, slots=True)
class WhoAmI(Query[OwnAccount]):
    """Who acts here; raises NotSignedIn for those nobody knows."""

    def answer(self, work: Work) -> OwnAccount:
        """Return the account with the roles in every project that names the person."""
        person = find_person(work, require_user(work))
        projects = work.unit.projects.list_of_person(person.id)
        return OwnAccount(
            person=person,
            kind=work.actor.kind,
            scope=work.actor.scope,
            roles=_order_roles(work.roles),
            permitted=_order_activities(work.permitted),
            projects=tuple(_describe_roles(work, project) for project in projects),
        )


@dataclass(frozen=True, slots=True)
class ListTokens(Query[tuple[Token, ...]]):
    """One's own tokens, ended ones included."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> tuple[Token, ...]:
        """Return them, newest first."""
        return work.unit.credentials.list_tokens(require_user(work))


@dataclass(frozen=True, slots=True)
class SessionView:
    """A signed-in browser; `current` marks the one that asks."""

    session: Session
    current: bool


@dataclass(frozen=True, slots=True)
class ListSessions(Query[tuple[SessionView, ...]]):
    """One's own sessions; `secret` is that of the one that asks, if a session asks."""

    secret: str | None = field(default=None, repr=False)
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> tuple[SessionView, ...]:
        """Return those that are not over, newest first."""
        own = work.unit.credentials.find_session(hash_secret(self.secret)) if self.secret else None
        sessions = work.unit.credentials.list_sessions(require_user(work))
        idle = work.around.foundation.session_idle
        alive = (each for each in sessions if work.now < min(each.expires_at, each.last_seen_at + idle))
        return tuple(SessionView(each, own is not None and each.id == own.id) for each in alive)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Everything that is stored about one person; of events the newest 200."""

    person: Person
    projects: tuple[ProjectRoles, ...]
    tokens: tuple[Token, ...]
    sessions: tuple[Session, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ShowPersonalData(Query[PersonalData]):
    """What is stored about oneself."""

    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def answer(self, work: Work) -> PersonalData:
        """Return all of it."""
        user = require_user(work)
        projects = work.unit.projects.list_of_person(user)
        return PersonalData(
            person=find_person(work, user),
            projects=tuple(_describe_roles(work, project) for project in projects),
            tokens=work.unit.credentials.list_tokens(user),
            sessions=work.unit.credentials.list_sessions(user),
            events=work.unit.events.list(EventFilter(actor=user), PageRequest(MOST_ITEMS)).items,
        )


def _describe_roles(work: Work, project: Project) -> ProjectRoles:
    roles = find_roles(work.actor, project.roster)
    permitted = find_permitted(work.actor, roles)
    return ProjectRoles(project.key, project.name, _order_roles(roles), _order_activities(permitted))


def _order_roles(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


def _order_activities(activities: frozenset[Activity]) -> tuple[Activity, ...]:
    return tuple(activity for activity in Activity if activity in activities)
