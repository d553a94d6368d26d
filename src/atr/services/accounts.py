# SPDX-License-Identifier: Apache-2.0
"""Signing in by one-time link, and the tokens of people and automations."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from atr.domain.credential import (
    LOGIN_CODE_LIFE,
    LONGEST_CODE_LIFE,
    PERSONAL_TOKEN_LIFE,
    hash_secret,
    is_token,
    write_token,
)
from atr.domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from atr.domain.event import EventDetail, Subject
from atr.domain.names import UserId
from atr.domain.people import ActorKind, Person, Session, Token, TokenScope
from atr.domain.permissions import Activity, Permission, Standing
from atr.services.door import Command, Done, Query, Work
from atr.services.people import find_person
from atr.services.scopes import check_scope, check_token_name

_USED_UP = "This login link was used, has expired or never existed: ask for a new one."
_EVERYTHING = TokenScope(frozenset(Activity))


@dataclass(frozen=True, slots=True)
class LoginLink:
    """A one-time way to sign in; the code is shown once and stored nowhere."""

    user: UserId
    code: str = field(repr=False)
    address: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MakeLoginLink(Command[LoginLink]):
    """Make a one-time link with which somebody signs in."""

    user: UserId
    life: timedelta = LOGIN_CODE_LIFE
    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def carry_out(self, work: Work) -> Done[LoginLink]:
        """Store the code's hash; raise NotFound, or Invalid when the link would live too long."""
        if not timedelta() < self.life <= LONGEST_CODE_LIFE:
            raise Invalid.field("life", f"A login link lives at most {LONGEST_CODE_LIFE.days} days.")
        person = find_person(work, self.user)
        code, expires_at = work.around.make_secret(), work.now + self.life
        work.unit.credentials.add_login_code(person.id, hash_secret(code), expires_at)
        address = f"{work.around.foundation.public_url.rstrip('/')}/sign-in?code={code}"
        link = LoginLink(person.id, code, address, expires_at)
        return Done(link, "login_link.made", Subject("person", person.id))


@dataclass(frozen=True, slots=True)
class PeekLoginCode(Query[Person | None]):
    """Who a login code is for, without using it: the page asks before the button is pressed."""

    code: str = field(repr=False)

    def answer(self, work: Work) -> Person | None:
        """Return the person, or None when the code was used, has expired or never existed."""
        user = work.unit.credentials.peek_login_code(hash_secret(self.code), work.now)
        return find_person(work, user) if user else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session with the secret that goes into the cookie."""

    person: Person
    session: Session
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn(Command[SignedIn]):
    """Use up a login code for a session; a session the browser had before is ended."""

    code: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)
    permission: ClassVar[Permission] = Standing.ANYONE

    def carry_out(self, work: Work) -> Done[SignedIn]:
        """Begin the session; raise NotSignedIn when the code is not good."""
        person = _use_code(work, self.code)
        if self.previous is not None:
            work.unit.credentials.end_session(hash_secret(self.previous))
        secret = work.around.make_secret()
        expires_at = work.now + work.around.foundation.session_absolute
        begun = Session(0, person.id, work.now, work.now, expires_at)
        session = work.unit.credentials.add_session(begun, hash_secret(secret))
        return Done(SignedIn(person, session, secret), "person.signed_in", Subject("person", person.id))


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token with its secret, which is shown once and stored nowhere."""

    token: Token
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExchangeCode(Command[IssuedToken]):
    """Use up a login code for a personal token, as `atr login` does."""

    code: str = field(repr=False)
    name: str = "atr login"
    permission: ClassVar[Permission] = Standing.ANYONE

    def carry_out(self, work: Work) -> Done[IssuedToken]:
        """Issue the token; raise NotSignedIn when the code is not good."""
        check_token_name(self.name)
        person = _use_code(work, self.code)
        expires_at = work.now + min(PERSONAL_TOKEN_LIFE, work.around.foundation.longest_token)
        issued = _issue_token(
            work, Token(0, person.id, self.name, _EVERYTHING, work.now, expires_at, kind=ActorKind.PERSON)
        )
        return Done(issued, "token.issued", Subject("token", str(issued.token.id)), {"owner": person.id})


@dataclass(frozen=True, slots=True)
class CreateToken(Command[IssuedToken]):
    """Make a token for an automation that acts for its owner within a scope; it never votes."""

    name: str
    scope: TokenScope
    life: timedelta
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[IssuedToken]:
        """Issue the token; raise Invalid with everything that is wrong with its scope or life."""
        check_token_name(self.name)
        check_scope(work, self.scope, self.life)
        owner = require_user(work)
        issued = _issue_token(work, Token(0, owner, self.name, self.scope, work.now, work.now + self.life))
        details: dict[str, EventDetail] = {"owner": owner, "activities": tuple(sorted(self.scope.activities))}
        return Done(issued, "token.issued", Subject("token", str(issued.token.id)), details)


@dataclass(frozen=True, slots=True)
class RevokeToken(Command[Token]):
    """End one of one's own tokens at once."""

    token_id: int
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[Token]:
        """Revoke it; raise NotFound, also for the tokens of others."""
        owned = work.unit.credentials.list_tokens(require_user(work))
        token = next((each for each in owned if each.id == self.token_id), None)
        if token is None:
            raise NotFound("token", self.token_id)
        return _revoke(work, token)


@dataclass(frozen=True, slots=True)
class SignOut(Command[None]):
    """End the session, or the token, that the secret stands for."""

    secret: str = field(repr=False)
    permission: ClassVar[Permission] = Standing.ANYONE

    def carry_out(self, work: Work) -> Done[None]:
        """End it; raise NotSignedIn when there is nothing to end."""
        secret_hash = hash_secret(self.secret)
        if is_token(self.secret):
            token = work.unit.credentials.find_token(secret_hash)
            if token is None:
                raise NotSignedIn("This token is not known here.")
            revoked = _revoke(work, token)
            return Done(None, revoked.event, revoked.subject, revoked.details)
        session = work.unit.credentials.find_session(secret_hash)
        if session is None:
            raise NotSignedIn("This session has ended already.")
        work.unit.credentials.end_session(secret_hash)
        return Done(None, "person.signed_out", Subject("person", session.user))


@dataclass(frozen=True, slots=True)
class EndOtherSessions(Command[int]):
    """Sign out everywhere but in the browser that asks."""

    secret: str = field(repr=False)
    permission: ClassVar[Permission] = Standing.OWN_ACCOUNT

    def carry_out(self, work: Work) -> Done[int]:
        """End the sessions; return how many there were."""
        user = require_user(work)
        ended = work.unit.credentials.end_other_sessions(user, hash_secret(self.secret))
        return Done(ended, "person.signed_out", Subject("person", user), {"sessions": ended})


def require_user(work: Work) -> UserId:
    """Return the user id of whoever acts; raise NotSignedIn for those who have none."""
    if work.actor.user is None:
        raise NotSignedIn
    return work.actor.user


def _use_code(work: Work, code: str) -> Person:
    user = work.unit.credentials.use_login_code(hash_secret(code), work.now)
    if user is None:
        raise NotSignedIn(_USED_UP)
    return find_person(work, user)


def _issue_token(work: Work, token: Token) -> IssuedToken:
    secret = write_token(work.around.make_secret())
    return IssuedToken(work.unit.credentials.add_token(token, hash_secret(secret)), secret)


def _revoke(work: Work, token: Token) -> Done[Token]:
    if token.revoked_at is not None:
        raise Conflict(f"The token {token.name} was revoked already.")
    revoked = replace(token, revoked_at=work.now)
    work.unit.credentials.save_token(revoked)
    return Done(revoked, "token.revoked", Subject("token", str(token.id)), {"owner": token.owner})
