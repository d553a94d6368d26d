# SPDX-License-Identifier: Apache-2.0
"""From a secret to whoever stands behind it; asked on every request, so that nothing outlives its end."""

from dataclasses import dataclass, field
from datetime import datetime

from atr.domain.credential import USE_NOTED_EVERY, hash_secret, is_token
from atr.domain.errors import NotSignedIn
from atr.domain.people import ANONYMOUS, Actor, ActorKind, Person, Token, as_actor
from atr.services.door import Bookkeeping, Door, Query, Work
from atr.services.people import find_person


@dataclass(frozen=True, slots=True)
class NoteTokenUse(Bookkeeping[None]):
    """Remember when a token was last used."""

    token_id: int

    def note(self, work: Work) -> None:
        """Write the moment down."""
        work.unit.credentials.touch_token(self.token_id, work.now)


@dataclass(frozen=True, slots=True)
class NoteSessionUse(Bookkeeping[None]):
    """Remember when a session was last used."""

    session_id: int

    def note(self, work: Work) -> None:
        """Write the moment down."""
        work.unit.credentials.touch_session(self.session_id, work.now)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who stands behind a secret, and what is to be noted about its use, if it is time for that."""

    actor: Actor
    use: NoteTokenUse | NoteSessionUse | None


@dataclass(frozen=True, slots=True)
class ResolveToken(Query[Resolution]):
    """Who acts with this token."""

    secret: str = field(repr=False)

    def answer(self, work: Work) -> Resolution:
        """Return the actor; raise NotSignedIn saying whether it is unknown, revoked or expired."""
        known = work.unit.credentials.find_token(hash_secret(self.secret)) if is_token(self.secret) else None
        if known is None:
            raise NotSignedIn("This token is not known here: sign in, or make a new one.")
        if known.revoked_at is not None:
            raise NotSignedIn("This token was revoked: make a new one.")
        if work.now >= known.expires_at:
            raise NotSignedIn(f"This token expired on {known.expires_at:%Y-%m-%d}: make a new one.")
        actor = _act_by_token(find_person(work, known.owner), known)
        return Resolution(actor, NoteTokenUse(known.id) if _is_stale(known.last_used_at, work.now) else None)


@dataclass(frozen=True, slots=True)
class ResolveSession(Query[Resolution]):
    """Who is signed in with this cookie."""

    secret: str = field(repr=False)

    def answer(self, work: Work) -> Resolution:
        """Return the actor; raise NotSignedIn when the session has ended or was idle for too long."""
        known = work.unit.credentials.find_session(hash_secret(self.secret))
        if known is None:
            raise NotSignedIn("You are signed out: sign in again.")
        idle = work.around.foundation.session_idle
        if work.now >= known.expires_at or work.now - known.last_seen_at >= idle:
            raise NotSignedIn("Your session was over: sign in again.")
        actor = as_actor(find_person(work, known.user), signed_in_at=known.created_at)
        return Resolution(
            actor, NoteSessionUse(known.id) if _is_stale(known.last_seen_at, work.now) else None
        )


def resolve_credential(door: Door, query: ResolveToken | ResolveSession) -> Actor:
    """Return who acts, noting the use of the credential at most once a minute; raise NotSignedIn."""
    resolution = door.ask(ANONYMOUS, query)
    if resolution.use is not None:
        door.keep(resolution.use)
    return resolution.actor


def _act_by_token(owner: Person, token: Token) -> Actor:
    person = as_actor(owner, token.scope, token.created_at)
    if token.kind is ActorKind.PERSON:
        return person
    return Actor(ActorKind.AUTOMATION, person.user, person.foundation_roles, token.scope)


def _is_stale(noted_at: datetime | None, now: datetime) -> bool:
    return noted_at is None or now - noted_at >= USE_NOTED_EVERY
