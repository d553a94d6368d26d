# SPDX-License-Identifier: Apache-2.0
"""Persons, and the hashes of their credentials."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atr.domain.names import MailAddress, ProjectKey, UserId
from atr.domain.people import Person, Role, Session, Token


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds in a project."""

    project: ProjectKey
    role: Role


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whom a search found, with the roles that make them public."""

    user: UserId
    name: str
    roles: tuple[HeldRole, ...] = ()


class People(Protocol):
    """The directory."""

    def find(self, user: UserId) -> Person | None:
        """Return the person, if known."""

    def find_by_address(self, address: MailAddress) -> Person | None:
        """Return the person with the verified address, if known."""

    def find_names(self, users: frozenset[UserId]) -> dict[UserId, str]:
        """Return display names of those that are known, in one query."""

    def list(self) -> tuple[Person, ...]:
        """Return everybody in order of user id."""

    def search(self, text: str, limit: int, *, unlisted: bool) -> tuple[FoundPerson, ...]:
        """Return whose name or user id has all the words, by name, in two queries at most.

        Only those with a role in a project or the foundation are found, unless `unlisted` asks for everybody.
        """

    def save(self, person: Person) -> None:
        """Add or replace the person; raise Conflict when an address is somebody else's."""


class Credentials(Protocol):
    """Tokens, sessions and login codes, found by the sha256 of the secret (hex)."""

    def add_token(self, token: Token, secret_hash: str) -> Token:
        """Store a token; return it with its id."""

    def find_token(self, secret_hash: str) -> Token | None:
        """Return the token of the secret, revoked and expired ones included."""

    def list_tokens(self, owner: UserId) -> tuple[Token, ...]:
        """Return somebody's tokens, newest first."""

    def save_token(self, token: Token) -> None:
        """Replace last use and revocation."""

    def touch_token(self, token_id: int, now: datetime) -> None:
        """Note that the token was used."""

    def add_session(self, session: Session, secret_hash: str) -> Session:
        """Store a session; return it with its id."""

    def find_session(self, secret_hash: str) -> Session | None:
        """Return the session of the cookie."""

    def list_sessions(self, user: UserId) -> tuple[Session, ...]:
        """Return somebody's sessions, newest first."""

    def touch_session(self, session_id: int, now: datetime) -> None:
        """Note that the session was used."""

    def end_session(self, secret_hash: str) -> None:
        """Forget the session."""

    def end_other_sessions(self, user: UserId, secret_hash: str) -> int:
        """Forget all sessions of somebody but the one of this cookie; return how many."""

    def add_login_code(self, user: UserId, secret_hash: str, expires_at: datetime) -> None:
        """Store a one-time code."""

    def peek_login_code(self, secret_hash: str, now: datetime) -> UserId | None:
        """Return whose unused, unexpired code it is, without using it."""

    def use_login_code(self, secret_hash: str, now: datetime) -> UserId | None:
        """Use up the code; return whose it was, or None if it was used, expired or never there."""

    def forget_expired(self, now: datetime) -> int:
        """Remove sessions and codes whose time is over; return how many."""
