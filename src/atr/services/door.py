# SPDX-License-Identifier: Apache-2.0
"""The one way in: authorise, begin, carry out, record the event, commit."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Generic, TypeVar

from atr.domain.errors import AlreadyDone, Denied, Invalid, NotFound, NotSignedIn
from atr.domain.event import Event, EventDetail, Subject
from atr.domain.names import ProductKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.people import Actor, ActorKind, Role, find_roles
from atr.domain.permissions import (
    Activity,
    Permission,
    Standing,
    administers_foundation,
    explain_denial,
    find_permitted,
    find_role,
)
from atr.domain.step_up import require_fresh
from atr.ports.clock import Clock
from atr.ports.repositories.effects import KeptReply
from atr.ports.unit_of_work import OpenUnit, UnitOfWork
from atr.services.surroundings import Surroundings

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
_WINDOW_SECONDS = 15
_MARK = KeptReply("", 303, b"")
_FOUNDATION_WIDE = frozenset({ActorKind.SERVICE, ActorKind.OPERATOR})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command acts; roles are those held in the project, a token's limits apply to all three."""

    project: ProjectKey | None = None
    product: ProductKey | None = None
    version: Version | None = None

    @classmethod
    def of_line(cls, ref: ProductRef) -> "Place":
        """Return the place of a product line."""
        return cls(ref.project, ref.product)

    @classmethod
    def of_release(cls, key: ReleaseKey) -> "Place":
        """Return the place of a release."""
        return cls(key.project, key.product, key.version)


FOUNDATION = Place()


@dataclass(frozen=True, slots=True)
class Work:
    """What a command or query may use: the open transaction, who asks, the moment, the surroundings."""

    unit: UnitOfWork
    actor: Actor
    roles: frozenset[Role]
    permitted: frozenset[Activity]
    now: datetime
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """What a command came to: its result, and the one event that records it.

    `by` is who acted when only the command could tell, such as a visitor with a link of their own.
    """

    result: R
    event: str
    subject: Subject
    details: Mapping[str, EventDetail] = field(default_factory=lambda: MappingProxyType({}))
    by: str = ""


class Command(ABC, Generic[R]):
    """A change: what it needs a permission for, where, and how it is done."""

    __slots__ = ()

    @property
    @abstractmethod
    def permission(self) -> Permission:
        """Return the activity of the matrix, or the standing, that is needed."""

    @property
    def is_grave(self) -> bool:
        """Tell whether a browser needs to have signed in a short while ago; it need not unless overridden."""
        return False

    @property
    def place(self) -> Place:
        """Return where it acts; the foundation as a whole unless overridden."""
        return FOUNDATION

    @abstractmethod
    def carry_out(self, work: Work) -> Done[R]:
        """Make the change inside the transaction; raise a DomainError to leave everything as it was."""


class Query(ABC, Generic[R_co]):
    """A question; public unless it needs a permission."""

    __slots__ = ()

    @property
    def permission(self) -> Permission:
        """Return what the asker needs; public reading needs nothing."""
        return Standing.ANYONE

    @property
    def place(self) -> Place:
        """Return where it looks; the foundation as a whole unless overridden."""
        return FOUNDATION

    @abstractmethod
    def answer(self, work: Work) -> R_co:
        """Return the answer; nothing is written."""


class Bookkeeping(ABC, Generic[R]):
    """A record of progress or of an outside effect: no decision, hence no event; ATR's own."""

    __slots__ = ()

    @abstractmethod
    def note(self, work: Work) -> R:
        """Write it down."""


@dataclass(frozen=True, slots=True)
class Once(Generic[R]):
    """A request that must take effect once: its key, what was asked, and how its result is answered."""

    key: str
    request_digest: str
    render: Callable[[R], KeptReply]


class Door:
    """Performs commands and answers queries, each in one transaction."""

    def __init__(self, open_unit: OpenUnit, clock: Clock, around: Surroundings) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._around = around

    def perform(self, actor: Actor, command: Command[R]) -> R:
        """Authorise and carry out the command, record its event, commit; return its result."""
        with self._open_unit() as unit:
            done = self._carry_out(unit, actor, command)
            unit.commit()
            return done.result

    def perform_once(self, actor: Actor, command: Command[R], once: Once[R]) -> KeptReply:
        """Perform the command unless the same request was answered before; return the first answer."""
        with self._open_unit() as unit:
            kept = unit.replies.find(actor.label, once.key)
            if kept is not None:
                return _repeat_reply(kept, once.request_digest)
            reply = once.render(self._carry_out(unit, actor, command).result)
            unit.replies.keep(actor.label, once.key, reply, self._clock())
            unit.commit()
            return reply

    def ask(self, actor: Actor, query: Query[R]) -> R:
        """Authorise and answer the query."""
        with self._open_unit() as unit:
            return query.answer(self._authorise(unit, actor, query.permission, query.place))

    def guard(self, form: str) -> "Door":
        """Return the door for one sent form: the same one sent again at once is not carried out again."""
        return GuardedDoor(self._open_unit, self._clock, self._around, form)

    def keep(self, bookkeeping: Bookkeeping[R]) -> R:
        """Write down what is no decision, and commit."""
        with self._open_unit() as unit:
            service = Actor(ActorKind.SERVICE)
            noted = bookkeeping.note(
                Work(unit, service, frozenset(), frozenset(), self._clock(), self._around)
            )
            unit.commit()
            return noted

    def _carry_out(self, unit: UnitOfWork, actor: Actor, command: Command[R]) -> Done[R]:
        permission = command.permission
        work = self._authorise(unit, actor, permission, command.place)
        if command.is_grave:
            require_fresh(actor, work.now, self._around.foundation.step_up)
        done = command.carry_out(work)
        role = find_role(work.roles, permission) if isinstance(permission, Activity) else None
        unit.events.append(
            Event(work.now, done.by or actor.label, role, permission, done.event, done.subject, done.details)
        )
        return done

    def _authorise(self, unit: UnitOfWork, actor: Actor, permission: Permission, place: Place) -> Work:
        roster = unit.projects.find_roster(place.project) if place.project else None
        if place.project and roster is None:
            raise NotFound("project", place.project)
        roles = find_roles(actor, roster) if actor.kind not in _FOUNDATION_WIDE else frozenset[Role]()
        permitted = find_permitted(actor, roles)
        if isinstance(permission, Standing):
            _check_standing(actor, permission)
        else:
            self._check_activity(actor, permission, permitted)
            _check_scope(unit, actor, place)
        return Work(unit, actor, roles, permitted, self._clock(), self._around)

    @staticmethod
    def _check_activity(actor: Actor, activity: Activity, permitted: frozenset[Activity]) -> None:
        if activity in permitted:
            return
        if actor.kind is ActorKind.ANONYMOUS:
            raise NotSignedIn
        raise Denied(explain_denial(activity))


class GuardedDoor(Door):
    """A door for one sent form, named by its digest; each of its commands leaves a mark when it is done.

    A mark is found for as long as it takes to press a button twice, or to send a form again by reloading:
    between one and two windows, since each stands in the present window and in the next.
    """

    def __init__(self, open_unit: OpenUnit, clock: Clock, around: Surroundings, form: str) -> None:
        super().__init__(open_unit, clock, around)
        self._form = form
        self._performed = 0

    def perform(self, actor: Actor, command: Command[R]) -> R:
        """Perform the command; raise AlreadyDone when the same form had it performed a moment ago."""
        self._performed += 1
        window = int(self._clock().timestamp()) // _WINDOW_SECONDS
        marks = [f"form {each} {self._performed} {self._form}" for each in (window, window + 1)]
        with self._open_unit() as unit:
            # Both are asked for, as asking waits for whoever carries out the same form at this moment.
            if any(unit.replies.find(actor.label, mark) for mark in marks):
                raise AlreadyDone
            done = self._carry_out(unit, actor, command)
            for mark in marks:
                unit.replies.keep(actor.label, mark, _MARK, self._clock())
            unit.commit()
            return done.result


def _check_standing(actor: Actor, standing: Standing) -> None:
    if standing is Standing.OWN_ACCOUNT and (actor.kind is not ActorKind.PERSON or actor.user is None):
        raise NotSignedIn
    if standing is Standing.FOUNDATION_ADMIN and not administers_foundation(actor):
        if actor.kind is ActorKind.ANONYMOUS:
            raise NotSignedIn
        raise Denied("Only sysadmins may do this.")


def _check_scope(unit: UnitOfWork, actor: Actor, place: Place) -> None:
    scope = actor.scope
    if scope is None:
        return
    if scope.projects and place.project not in scope.projects:
        raise Denied("This token is for other projects.")
    if scope.products and place.product not in scope.products:
        raise Denied("This token is for other product lines.")
    if scope.phases and place.project and place.product and place.version:
        release = unit.releases.find(ReleaseKey(place.project, place.product, place.version))
        if release is not None and release.phase not in scope.phases:
            raise Denied(f"This token does not act in phase {release.phase}.")


def _repeat_reply(kept: KeptReply, request_digest: str) -> KeptReply:
    if kept.request_digest != request_digest:
        raise Invalid.field(
            "Idempotency-Key", "This Idempotency-Key was used for another request: choose a new one."
        )
    return kept
