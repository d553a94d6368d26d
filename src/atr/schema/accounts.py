# SPDX-License-Identifier: Apache-2.0
"""Accounts and tokens on the wire."""

from typing import Literal

from pydantic import Field, StrictBool, StrictInt

from atr.domain.lifecycle import Phase
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity
from atr.schema.events import EventAnswer
from atr.schema.names import ProductKeyText, ProjectKeyText
from atr.schema.people import PersonAnswer
from atr.schema.visitors import VisitAnswer
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LONGEST_TOKEN_DAYS = 180


class LoginRequest(WireRequest):
    """A one-time code, from the login link."""

    code: str = Field(min_length=1, max_length=512)


class TokenCreate(WireRequest):
    """A new token for an automation; leaving out projects, products or phases means all of them."""

    name: str = Field(min_length=1, max_length=100)
    activities: tuple[Activity, ...] = Field(max_length=len(Activity))
    projects: tuple[ProjectKeyText, ...] = Field(default=(), max_length=100)
    products: tuple[ProductKeyText, ...] = Field(default=(), max_length=100)
    phases: tuple[Phase, ...] = Field(default=(), max_length=len(Phase))
    days: StrictInt = Field(default=30, ge=1, le=LONGEST_TOKEN_DAYS)


class ScopeAnswer(WireAnswer):
    """What a token may do."""

    activities: tuple[str, ...]
    projects: tuple[str, ...]
    products: tuple[str, ...]
    phases: tuple[str, ...]


class TokenAnswer(WireAnswer):
    """A token as its owner sees it."""

    id: int
    name: str
    kind: ActorKind
    scope: ScopeAnswer
    state: Literal["valid", "expired", "revoked"]
    created_at: UtcTime
    expires_at: UtcTime
    last_used_at: UtcTime | None
    revoked_at: UtcTime | None


class IssuedTokenAnswer(WireAnswer):
    """A new token with its secret, which is stored nowhere: a repeated request is answered without it."""

    token: TokenAnswer
    secret: str | None


class ProjectRolesAnswer(WireAnswer):
    """What you are to one project, and what that lets you do."""

    project: str
    name: str
    roles: tuple[str, ...]
    permitted: tuple[str, ...]


class AccountAnswer(WireAnswer):
    """Who you are here."""

    person: PersonAnswer
    kind: ActorKind
    scope: ScopeAnswer | None = Field(description="What narrows the token in use; null without a token.")
    roles: tuple[str, ...]
    permitted: tuple[str, ...]
    projects: tuple[ProjectRolesAnswer, ...]


class SessionAnswer(WireAnswer):
    """A browser that is signed in."""

    created_at: UtcTime
    last_seen_at: UtcTime
    expires_at: UtcTime


class PersonalDataAnswer(WireAnswer):
    """Everything stored about you; of your events the newest 200."""

    person: PersonAnswer
    projects: tuple[ProjectRolesAnswer, ...]
    tokens: tuple[TokenAnswer, ...]
    sessions: tuple[SessionAnswer, ...]
    events: tuple[EventAnswer, ...]
    visits: tuple[VisitAnswer, ...] = ()


class RemindersPut(WireRequest):
    """Whether you want to be reminded of votes."""

    wanted: StrictBool


class RemindersAnswer(WireAnswer):
    """Whether you are reminded of votes."""

    wanted: bool
