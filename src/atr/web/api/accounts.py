# SPDX-License-Identifier: Apache-2.0
"""One's own account, sign-in and tokens in the API."""

from datetime import datetime, timedelta
from typing import Literal

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.errors import NotSignedIn
from atr.domain.names import ProductKey, ProjectKey
from atr.domain.people import Token, TokenScope
from atr.schema.accounts import (
    AccountAnswer,
    IssuedTokenAnswer,
    LoginRequest,
    PersonalDataAnswer,
    ProjectRolesAnswer,
    RemindersAnswer,
    RemindersPut,
    ScopeAnswer,
    SessionAnswer,
    TokenAnswer,
    TokenCreate,
)
from atr.schema.pages import ItemPage
from atr.schema.people import PersonAnswer
from atr.schema.visitors import VisitAnswer
from atr.services.account_views import ListTokens, OwnAccount, ShowPersonalData, WhoAmI
from atr.services.accounts import CreateToken, ExchangeCode, IssuedToken, RevokeToken, SignOut
from atr.services.events import EventView
from atr.services.own_data import EraseOwnData, ListVisits, Visit
from atr.services.reminders import SetReminders, ShowReminders
from atr.web.api.events import describe_event
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.api.visitors import SELF_SERVICE_PATH
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest


@post("/login", sync_to_thread=True)
def log_in(
    actor: TheActor, door: TheDoor, parts: TheParts, data: JSONBody[LoginRequest]
) -> Response[IssuedTokenAnswer]:
    """Use up a one-time code for a personal token; it is shown once."""
    issued = door.perform(actor, ExchangeCode(data.code))
    return Response(_describe_issued(issued, parts.clock(), issued.secret), headers=_NOT_KEPT)


@post("/logout", status_code=204, sync_to_thread=True)
def log_out(request: WebRequest, door: TheDoor) -> None:
    """End the token or session of this request."""
    if request.auth is None:
        raise NotSignedIn
    door.perform(request.user, SignOut(request.auth.secret))


@get("/me", sync_to_thread=True)
def show_account(actor: TheActor, door: TheDoor) -> AccountAnswer:
    """Tell who is asking, with which roles, and what they permit."""
    return _describe_account(door.ask(actor, WhoAmI()))


@get("/me/tokens", sync_to_thread=True)
def list_tokens(actor: TheActor, door: TheDoor, parts: TheParts) -> ItemPage[TokenAnswer]:
    """List your tokens, newest first, ended ones included."""
    now = parts.clock()
    tokens = door.ask(actor, ListTokens())
    return ItemPage[TokenAnswer](items=tuple(_describe_token(token, now) for token in tokens))


@post("/me/tokens", sync_to_thread=True)
def create_token(
    request: WebRequest, door: TheDoor, parts: TheParts, data: JSONBody[TokenCreate]
) -> Response[IssuedTokenAnswer]:
    """Make a token for an automation; its secret is shown once, also when the request is repeated."""
    fresh: list[IssuedToken] = []

    def describe(issued: IssuedToken) -> Reply[IssuedTokenAnswer]:
        # What is kept for repeats must not hold the secret.
        fresh.append(issued)
        return Reply(_describe_issued(issued, parts.clock(), None), "/api/v1/me/tokens")

    command = CreateToken(data.name, _read_scope(data), timedelta(days=data.days))
    kept = reply_once(Asking(request, door, data), command, describe)
    if not fresh:
        return kept
    shown = _describe_issued(fresh[0], parts.clock(), fresh[0].secret)
    return Response(shown, status_code=kept.status_code, headers=kept.headers | _NOT_KEPT)


@delete("/me/tokens/{token_id:int}", sync_to_thread=True)
def revoke_token(actor: TheActor, door: TheDoor, token_id: FromPath[int]) -> None:
    """End one of your tokens at once."""
    door.perform(actor, RevokeToken(token_id))


@get("/me/personal-data", sync_to_thread=True)
def show_personal_data(actor: TheActor, door: TheDoor, parts: TheParts) -> PersonalDataAnswer:
    """Show everything that is stored about you."""
    data = door.ask(actor, ShowPersonalData())
    now = parts.clock()
    return PersonalDataAnswer(
        person=PersonAnswer.of(data.person),
        projects=tuple(map(ProjectRolesAnswer.of, data.projects)),
        tokens=tuple(_describe_token(token, now) for token in data.tokens),
        sessions=tuple(map(SessionAnswer.of, data.sessions)),
        events=tuple(describe_event(EventView(each, data.person.name)) for each in data.events),
        visits=tuple(_describe_visit(each, parts) for each in door.ask(actor, ListVisits())),
    )


@delete("/me/personal-data", sync_to_thread=True)
def erase_personal_data(actor: TheActor, door: TheDoor) -> None:
    """Erase visits to votes, and end every session and token; acts of the account stay on record."""
    door.perform(actor, EraseOwnData())


@get("/me/reminders", sync_to_thread=True)
def show_reminders(actor: TheActor, door: TheDoor) -> RemindersAnswer:
    """Tell whether you are reminded of votes in which you have not voted."""
    return RemindersAnswer(wanted=door.ask(actor, ShowReminders()))


@put("/me/reminders", sync_to_thread=True)
def set_reminders(actor: TheActor, door: TheDoor, data: JSONBody[RemindersPut]) -> RemindersAnswer:
    """Switch your reminders on or off."""
    return RemindersAnswer(wanted=door.perform(actor, SetReminders(data.wanted)).wants_reminders)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    log_in,
    log_out,
    show_account,
    list_tokens,
    create_token,
    revoke_token,
    show_personal_data,
    erase_personal_data,
    show_reminders,
    set_reminders,
)
_NOT_KEPT = {"cache-control": "no-store"}


def _describe_visit(visit: Visit, parts: WebParts) -> VisitAnswer:
    participant = visit.participant
    return VisitAnswer(
        participant=participant.id,
        release=str(participant.release),
        round=participant.round,
        display_name=participant.display_name,
        erased_at=participant.erased_at,
        self_service=f"{parts.public_url}{SELF_SERVICE_PATH}/{visit.link}",
    )


def _read_scope(data: TokenCreate) -> TokenScope:
    return TokenScope(
        frozenset(data.activities),
        frozenset(map(ProjectKey, data.projects)),
        frozenset(map(ProductKey, data.products)),
        frozenset(data.phases),
    )


def _describe_scope(scope: TokenScope) -> ScopeAnswer:
    return ScopeAnswer(
        activities=tuple(sorted(scope.activities)),
        projects=tuple(sorted(scope.projects)),
        products=tuple(sorted(scope.products)),
        phases=tuple(sorted(scope.phases)),
    )


def _describe_token(token: Token, now: datetime) -> TokenAnswer:
    return TokenAnswer(
        id=token.id,
        name=token.name,
        kind=token.kind,
        scope=_describe_scope(token.scope),
        state=_find_state(token, now),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
    )


def _find_state(token: Token, now: datetime) -> Literal["valid", "expired", "revoked"]:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if now >= token.expires_at else "valid"


def _describe_issued(issued: IssuedToken, now: datetime, secret: str | None) -> IssuedTokenAnswer:
    return IssuedTokenAnswer(token=_describe_token(issued.token, now), secret=secret)


def _describe_account(account: OwnAccount) -> AccountAnswer:
    return AccountAnswer(
        person=PersonAnswer.of(account.person),
        kind=account.kind,
        scope=None if account.scope is None else _describe_scope(account.scope),
        roles=account.roles,
        permitted=account.permitted,
        projects=tuple(map(ProjectRolesAnswer.of, account.projects)),
    )
