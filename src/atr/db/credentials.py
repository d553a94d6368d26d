# SPDX-License-Identifier: Apache-2.0
"""Tokens, sessions and login codes in the database, found by the hash of their secret."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, or_, select, update

from atr.db.tables.people import login_codes, sessions, tokens
from atr.domain.names import ProductKey, ProjectKey, UserId
from atr.domain.people import ActorKind, Session, Token, TokenScope

# Asked with each request of a browser, so made once.
_FIND_SESSION = select(sessions).where(sessions.c.secret_hash == bindparam("secret"))


class CredentialRows:
    """What people and automations prove themselves with."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_token(self, token: Token, secret_hash: str) -> Token:
        """Store a token; return it with its id."""
        values = {
            "owner": token.owner,
            "kind": token.kind,
            "name": token.name,
            "scope": _write_scope(token.scope),
            "secret_hash": secret_hash,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        }
        added = insert(tokens).values(values).returning(*tokens.c)
        return _read_token(self._connection.execute(added).mappings().one())

    def find_token(self, secret_hash: str) -> Token | None:
        """Return the token of the secret, revoked and expired ones included."""
        found = select(tokens).where(tokens.c.secret_hash == secret_hash)
        row = self._connection.execute(found).mappings().one_or_none()
        return _read_token(row) if row else None

    def list_tokens(self, owner: UserId) -> tuple[Token, ...]:
        """Return somebody's tokens, newest first."""
        owned = select(tokens).where(tokens.c.owner == owner).order_by(tokens.c.id.desc())
        return tuple(_read_token(row) for row in self._connection.execute(owned).mappings())

    def save_token(self, token: Token) -> None:
        """Replace last use and revocation."""
        self._connection.execute(
            update(tokens)
            .where(tokens.c.id == token.id)
            .values(last_used_at=token.last_used_at, revoked_at=token.revoked_at)
        )

    def touch_token(self, token_id: int, now: datetime) -> None:
        """Note that the token was used."""
        self._connection.execute(update(tokens).where(tokens.c.id == token_id).values(last_used_at=now))

    def add_session(self, session: Session, secret_hash: str) -> Session:
        """Store a session; return it with its id."""
        values = {
            "user_id": session.user,
            "secret_hash": secret_hash,
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
            "expires_at": session.expires_at,
        }
        added = insert(sessions).values(values).returning(*sessions.c)
        return _read_session(self._connection.execute(added).mappings().one())

    def find_session(self, secret_hash: str) -> Session | None:
        """Return the session of the cookie."""
        row = self._connection.execute(_FIND_SESSION, {"secret": secret_hash}).mappings().one_or_none()
        return _read_session(row) if row else None

    def list_sessions(self, user: UserId) -> tuple[Session, ...]:
        """Return somebody's sessions, newest first."""
        owned = select(sessions).where(sessions.c.user_id == user).order_by(sessions.c.id.desc())
        return tuple(_read_session(row) for row in self._connection.execute(owned).mappings())

    def touch_session(self, session_id: int, now: datetime) -> None:
        """Note that the session was used."""
        self._connection.execute(update(sessions).where(sessions.c.id == session_id).values(last_seen_at=now))

    def end_session(self, secret_hash: str) -> None:
        """Forget the session."""
        self._connection.execute(delete(sessions).where(sessions.c.secret_hash == secret_hash))

    def end_other_sessions(self, user: UserId, secret_hash: str) -> int:
        """Forget all sessions of somebody but the one of this cookie; return how many."""
        others = (sessions.c.user_id == user) & (sessions.c.secret_hash != secret_hash)
        return self._connection.execute(delete(sessions).where(others)).rowcount

    def add_login_code(self, user: UserId, secret_hash: str, expires_at: datetime) -> None:
        """Store a one-time code."""
        self._connection.execute(
            insert(login_codes).values(user_id=user, secret_hash=secret_hash, expires_at=expires_at)
        )

    def peek_login_code(self, secret_hash: str, now: datetime) -> UserId | None:
        """Return whose unused, unexpired code it is, without using it."""
        user = self._connection.scalar(
            select(login_codes.c.user_id).where(
                login_codes.c.secret_hash == secret_hash,
                login_codes.c.used_at.is_(None),
                login_codes.c.expires_at > now,
            )
        )
        return UserId(user) if user else None

    def use_login_code(self, secret_hash: str, now: datetime) -> UserId | None:
        """Use up the code; return whose it was, or None if it was used, expired or never there."""
        user = self._connection.scalar(
            update(login_codes)
            .where(
                login_codes.c.secret_hash == secret_hash,
                login_codes.c.used_at.is_(None),
                login_codes.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(login_codes.c.user_id)
        )
        return UserId(user) if user else None

    def forget_expired(self, now: datetime) -> int:
        """Remove sessions and codes whose time is over; return how many."""
        expired = (
            delete(sessions).where(sessions.c.expires_at <= now),
            delete(login_codes).where(or_(login_codes.c.expires_at <= now, login_codes.c.used_at <= now)),
        )
        return sum(self._connection.execute(each).rowcount for each in expired)


def _write_scope(scope: TokenScope) -> dict[str, list[str]]:
    return {
        "activities": sorted(scope.activities),
        "projects": sorted(scope.projects),
        "products": sorted(scope.products),
        "phases": sorted(scope.phases),
    }


def _read_scope(stored: Mapping[str, list[str]]) -> TokenScope:
    return TokenScope(
        frozenset(stored["activities"]),
        frozenset(map(ProjectKey, stored["projects"])),
        frozenset(map(ProductKey, stored["products"])),
        frozenset(stored["phases"]),
    )


def _read_token(stored: RowMapping) -> Token:
    return Token(
        id=stored["id"],
        owner=UserId(stored["owner"]),
        name=stored["name"],
        scope=_read_scope(stored["scope"]),
        created_at=stored["created_at"],
        expires_at=stored["expires_at"],
        last_used_at=stored["last_used_at"],
        revoked_at=stored["revoked_at"],
        kind=ActorKind(stored["kind"]),
    )


def _read_session(stored: RowMapping) -> Session:
    return Session(
        id=stored["id"],
        user=UserId(stored["user_id"]),
        created_at=stored["created_at"],
        last_seen_at=stored["last_seen_at"],
        expires_at=stored["expires_at"],
    )
