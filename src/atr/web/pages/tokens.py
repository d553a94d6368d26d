# SPDX-License-Identifier: Apache-2.0
"""One's own tokens: made within a scope, shown once, revoked at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.lifecycle import Phase
from atr.domain.names import ProductKey, ProjectKey
from atr.domain.people import ActorKind, Token, TokenScope
from atr.domain.permissions import AUTOMATION_LIMIT, Activity
from atr.schema.accounts import LONGEST_TOKEN_DAYS
from atr.schema.names import ProductKeyText, ProjectKeyText
from atr.services.account_views import ListTokens, WhoAmI
from atr.services.accounts import CreateToken, IssuedToken, RevokeToken
from atr.services.door import Door
from atr.services.foundation_views import ShowFoundation
from atr.web.components import PHASE_LABELS, ActionView, Badge, Link, Option
from atr.web.fields import PageForm, SeveralWords, Ticks
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.account_frame import TOKENS_PATH, list_account_tabs
from atr.web.parts import TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, go_to, show_page

DEFAULT_DAYS = 30
_NOT_KEPT = {"cache-control": "no-store"}
_WHAT_FOR = {
    Activity.RELEASE_ADMIN: "Begin releases, archive and revoke them.",
    Activity.MANAGE_KEY: "Attach signing keys to projects.",
    Activity.RUN_PHASE: "Upload files, seal, start votes, announce.",
    Activity.VIEW_RELEASE_EVENTS: "Read the history of releases.",
    Activity.VIEW_PROJECT_EVENTS: "Read the history of projects.",
}


class TokenForm(PageForm):
    """A token that somebody asks for."""

    name: Annotated[str, Field(max_length=100)]
    days: Annotated[int, Field(ge=1, le=LONGEST_TOKEN_DAYS)]
    activities: Ticks = ()
    projects: Annotated[tuple[ProjectKeyText, ...], SeveralWords] = ()
    products: Annotated[tuple[ProductKeyText, ...], SeveralWords] = ()
    phases: Ticks = ()

    @property
    def scope(self) -> TokenScope:
        """Return what the token may do."""
        return TokenScope(
            frozenset(self.activities),
            frozenset(map(ProjectKey, self.projects)),
            frozenset(map(ProductKey, self.products)),
            frozenset(self.phases),
        )


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in the list."""

    name: str
    badge: Badge
    limits: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoke: ActionView | None


@dataclass(frozen=True, slots=True)
class TokensView:
    """Everything the page shows; `secret` is that of a token made just now."""

    tabs: tuple[Link, ...]
    rows: tuple[TokenRow, ...]
    form: FormView
    activities: tuple[Option, ...]
    projects: tuple[Option, ...]
    phases: tuple[Option, ...]
    longest_days: int
    default_days: str
    secret: str
    secret_name: str
    public_url: str


@get(TOKENS_PATH, sync_to_thread=True)
def show_tokens(request: WebRequest, door: TheDoor, parts: TheParts) -> Response[bytes]:
    """Show one's tokens."""
    return _show(request, door, parts)


@post(TOKENS_PATH, sync_to_thread=True)
def create_token(request: WebRequest, data: FormData, door: TheDoor, parts: TheParts) -> Response[bytes]:
    """Make a token and show its secret, once."""

    def issue(form: TokenForm) -> IssuedToken:
        return door.perform(request.user, CreateToken(form.name, form.scope, timedelta(days=form.days)))

    outcome = submit_form(TokenForm, data, issue)
    if isinstance(outcome, Rejected):
        return _show(request, door, parts, outcome.form, outcome.status)
    return _show(request, door, parts, status=201, issued=outcome.result)


@post(f"{TOKENS_PATH}/{{token_id:int}}/revoke", sync_to_thread=True)
def revoke_token(request: WebRequest, door: TheDoor, token_id: FromPath[int]) -> Response[None]:
    """End a token at once."""
    token = door.perform(request.user, RevokeToken(token_id))
    return go_to(request, TOKENS_PATH, Flash(f"The token {token.name} was revoked."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_tokens, create_token, revoke_token)


def _show(
    request: WebRequest,
    door: Door,
    parts: WebParts,
    form: FormView = EMPTY_FORM,
    status: int = 200,
    issued: IssuedToken | None = None,
) -> Response[bytes]:
    tokens = door.ask(request.user, ListTokens())
    account = door.ask(request.user, WhoAmI())
    longest = door.ask(request.user, ShowFoundation()).foundation.longest_token
    now = parts.clock()
    view = TokensView(
        tabs=list_account_tabs(TOKENS_PATH),
        rows=tuple(_make_row(each, now) for each in tokens),
        form=form,
        activities=tuple(Option(each, each.capitalize(), _WHAT_FOR[each]) for each in _list_activities()),
        projects=tuple(Option(each.project, each.name) for each in account.projects),
        phases=tuple(Option(each, PHASE_LABELS[each]) for each in Phase),
        longest_days=longest.days,
        default_days=str(min(DEFAULT_DAYS, longest.days)),
        secret=issued.secret if issued else "",
        secret_name=issued.token.name if issued else "",
        public_url=parts.public_url,
    )
    return show_page(request, Page("pages/account_tokens.html", "Tokens", view), status, _NOT_KEPT)


def _list_activities() -> tuple[Activity, ...]:
    return tuple(each for each in Activity if each in AUTOMATION_LIMIT)


def _make_row(token: Token, now: datetime) -> TokenRow:
    badge = Badge("Valid", Tone.GOOD)
    if token.revoked_at is not None:
        badge = Badge("Revoked")
    elif now >= token.expires_at:
        badge = Badge("Expired")
    is_valid = badge.tone is Tone.GOOD
    path = f"{TOKENS_PATH}/{token.id}/revoke"
    return TokenRow(
        name=token.name,
        badge=badge,
        limits=_list_limits(token),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoke=ActionView("Revoke", path, style="danger small", icon="ban") if is_valid else None,
    )


def _list_limits(token: Token) -> tuple[str, ...]:
    if token.kind is ActorKind.PERSON:
        return ("acts as you, with everything you may do",)
    scope = token.scope
    return (
        ", ".join(sorted(scope.activities)),
        f"projects: {', '.join(sorted(scope.projects)) or 'all of yours'}",
        f"product lines: {', '.join(sorted(scope.products)) or 'all'}",
        f"phases: {', '.join(sorted(scope.phases)) or 'all'}",
    )
