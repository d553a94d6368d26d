# SPDX-License-Identifier: Apache-2.0
"""What the web application is made of; the composition root fills it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import SkipValidation

from atr.domain.check import Rule
from atr.domain.operations import PartState
from atr.domain.people import Actor, Role
from atr.services.door import Door

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class BearerToken:
    """The secret of an `Authorization: Bearer` header."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The secret of a signed-in browser."""

    secret: str = field(repr=False)


Credential = BearerToken | SessionCookie


CredentialResolver = Callable[[Credential], Actor]
"""Tell who stands behind a credential; raises NotSignedIn for one that is unknown, expired or revoked."""

Ping = Callable[[], str | None]
"""Tell what is wrong with a part as a sentence, or None when it is well."""

ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.PMC_MEMBER: "PMC member",
        Role.RELEASE_MANAGER: "Release manager",
        Role.COMMITTER: "Committer",
        Role.VISITOR: "Visitor",
        Role.FOUNDATION_MEMBER: "Foundation member",
        Role.SYSADMIN: "Sysadmin",
    }
)


@dataclass(frozen=True, slots=True)
class WebParts:
    """Everything the web application needs from outside.

    `read_state` names the state of the database, and another one after whatever is written; where it names
    none, no page is shown twice.
    """

    door: Door
    resolve_credential: CredentialResolver
    clock: Callable[[], datetime]
    public_url: str
    foundation: str
    csrf_secret: str = field(repr=False)
    secure_cookies: bool = True
    role_labels: Mapping[Role, str] = field(default_factory=lambda: ROLE_LABELS)
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    pings: Mapping[str, Ping] = field(default_factory=lambda: MappingProxyType({}))
    examine: Callable[[], tuple[PartState, ...]] = tuple[PartState, ...]
    read_state: Callable[[], str] = str
    body_limit: int = 10 * MEGABYTE

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the application by https."""
        return self.public_url.startswith("https://")


Connection = ASGIConnection[HTTPRouteHandler, Actor, Credential | None, State]
"""A connection as middleware and error handlers see it."""

WebRequest = Request[Actor, Credential | None, State]
"""A request whose `user` is the actor, anonymous if nobody signed in."""

TheActor = NamedDependency[SkipValidation[Actor]]
"""Annotate a handler's `actor` with this to be given whoever acts."""

TheDoor = NamedDependency[SkipValidation[Door]]
"""Annotate a handler's `door` with this to be given the door."""

TheParts = NamedDependency[SkipValidation[WebParts]]
"""Annotate a handler's `parts` with this to be given everything the application was made of."""
