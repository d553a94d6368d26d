# SPDX-License-Identifier: Apache-2.0
"""Signing in by a one-time link, and signing out."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid, NotSignedIn
from atr.domain.people import ActorKind
from atr.services.accounts import PeekLoginCode, SignedIn, SignIn, SignOut
from atr.web.components import PersonView
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.parts import TheActor, TheDoor, TheParts, WebRequest
from atr.web.rendering import Page, go_to, show_page
from atr.web.session import (
    SESSION_COOKIE,
    SIGN_IN_PATH,
    end_session_cookie,
    make_session_cookie,
    read_local_path,
)

_USED_UP = "This login link was used, has expired or never existed. Ask for a new one."
_NOT_KEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class SignInView:
    """Who would be signed in by the link, or how to get one; `present` is who is signed in already."""

    action: str
    next: str
    code: str
    person: PersonView | None
    present: PersonView | None
    form: FormView


class SignInForm(PageForm):
    """The code of a link, and where to go afterwards."""

    code: str
    next: str = "/"


@get(SIGN_IN_PATH, sync_to_thread=True)
def show_sign_in(
    request: WebRequest,
    door: TheDoor,
    actor: TheActor,
    code: FromQuery[str] = "",
) -> Response[bytes]:
    """Ask whether to sign in as the link's person; nothing is used up by looking."""
    person = door.ask(actor, PeekLoginCode(code)) if code else None
    present = actor.kind is ActorKind.PERSON
    view = SignInView(
        action=SIGN_IN_PATH,
        next=read_local_path(request.query_params.get("next")),
        code=code if person else "",
        person=PersonView(person.id, person.name) if person else None,
        present=PersonView(actor.label, actor.label) if present else None,
        form=FormView(reasons=(_USED_UP,)) if code and not person else EMPTY_FORM,
    )
    return _show(request, view, 410 if code and not person else 200)


@post(SIGN_IN_PATH, sync_to_thread=True)
def sign_in(
    request: WebRequest, data: FormData, door: TheDoor, actor: TheActor, parts: TheParts
) -> Response[bytes] | Response[None]:
    """Use the link's code for a session."""

    def begin(form: SignInForm) -> tuple[SignedIn, str]:
        try:
            signed_in = door.perform(actor, SignIn(form.code, request.cookies.get(SESSION_COOKIE)))
        except NotSignedIn as refusal:
            raise Invalid.field("", str(refusal)) from None
        return signed_in, read_local_path(form.next)

    outcome = submit_form(SignInForm, data, begin)
    if isinstance(outcome, Rejected):
        return _show(request, SignInView(SIGN_IN_PATH, "/", "", None, None, outcome.form), outcome.status)
    signed_in, following = outcome.result
    answer = go_to(request, following, Flash(f"You are signed in as {signed_in.person.name}."))
    lifetime = int((signed_in.session.expires_at - parts.clock()).total_seconds())
    answer.cookies.append(make_session_cookie(parts, signed_in.secret, lifetime))
    return answer


@post("/sign-out", sync_to_thread=True)
def sign_out(request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts) -> Response[None]:
    """End the session of this browser."""
    secret = request.cookies.get(SESSION_COOKIE)
    if secret is not None and request.auth is not None:
        door.perform(actor, SignOut(secret))
    answer = go_to(request, "/", Flash("You are signed out."))
    answer.cookies.append(end_session_cookie(parts))
    return answer


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_sign_in, sign_in, sign_out)


def _show(request: WebRequest, view: SignInView, status: int) -> Response[bytes]:
    page = Page("pages/sign_in.html", "Sign in", view, narrow=True)
    return show_page(request, page, status, _NOT_KEPT)
