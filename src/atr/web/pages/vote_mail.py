# SPDX-License-Identifier: Apache-2.0
"""Votes by mail on pages: the link that confirms one, and accepting one that nothing proves."""

from dataclasses import dataclass

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.services.vote_message_decisions import (
    AcceptMessage,
    ConfirmMessage,
    PendingMessage,
    ShowPendingMessage,
)
from atr.services.vote_views import ShowRound
from atr.web.api.release_key import TheRelease
from atr.web.api.visitors import NOT_KEPT
from atr.web.components import Badge, Link
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_frame import PAGES_PATH, VISIT_DEPENDENCIES, open_visit, show_release_page
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.vote_ballots import make_choice_badge
from atr.web.pages.vote_views import RoundForms, make_round_page
from atr.web.parts import TheActor, TheDoor, TheParts, WebRequest
from atr.web.rendering import Page, go_to, show_page

CONFIRM_MAIL_PATH = "/confirm-mail"


class AcceptForm(PageForm):
    """Why a mail counts though nothing proves its sender."""

    reason: str = ""


class ConfirmMailForm(PageForm):
    """The name somebody without an account wants to be shown, and the words that were agreed to."""

    display_name: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmMailPage:
    """What a link would confirm."""

    action: str
    pending: PendingMessage
    badge: Badge
    vote: Link
    form: FormView


@post("/votes/{number:int}/messages/{message:int}/accept", sync_to_thread=True)
def accept_message(
    request: WebRequest,
    parts: TheParts,
    release: TheRelease,
    number: FromPath[int],
    message: FromPath[int],
    data: FormData,
) -> Response[bytes] | Response[None]:
    """Count a mail for a reason."""

    def accept(form: AcceptForm) -> object:
        return parts.door.perform(request.user, AcceptMessage(release, number, message, form.reason))

    outcome = submit_form(AcceptForm, data, accept)
    if not isinstance(outcome, Rejected):
        address = ReleasePaths(release).vote(number)
        return go_to(request, f"{address}#messages", Flash("The mail is counted."))
    visit = open_visit(request, parts, release)
    shown = parts.door.ask(request.user, ShowRound(release, number))
    view = make_round_page(visit, shown, RoundForms(step=outcome.form))
    return show_release_page(visit, "vote.html", view, f"Vote, round {number}", outcome.status)


@get(f"{CONFIRM_MAIL_PATH}/{{token:str}}", sync_to_thread=True)
def show_pending_mail(
    request: WebRequest, door: TheDoor, actor: TheActor, token: FromPath[str]
) -> Response[bytes]:
    """Ask whether to confirm; looking confirms nothing."""
    return _show_pending(request, door.ask(actor, ShowPendingMessage(token)), token)


@post(f"{CONFIRM_MAIL_PATH}/{{token:str}}", sync_to_thread=True)
def confirm_mail(
    request: WebRequest, door: TheDoor, token: FromPath[str], data: FormData
) -> Response[bytes] | Response[None]:
    """Cast the ballot in the mail behind the link."""
    outcome = submit_form(
        ConfirmMailForm,
        data,
        lambda form: door.perform(request.user, ConfirmMessage(token, form.display_name, form.notice)),
    )
    if isinstance(outcome, Rejected):
        pending = door.ask(request.user, ShowPendingMessage(token))
        return _show_pending(request, pending, token, outcome.form, outcome.status)
    message = outcome.result
    return go_to(request, ReleasePaths(message.release).vote(message.round), Flash("Your vote is counted."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[accept_message], dependencies=VISIT_DEPENDENCIES),
    show_pending_mail,
    confirm_mail,
)


def _show_pending(
    request: WebRequest, pending: PendingMessage, token: str, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    message = pending.message
    view = ConfirmMailPage(
        action=f"{CONFIRM_MAIL_PATH}/{token}",
        pending=pending,
        badge=make_choice_badge(message.text),
        vote=Link(str(message.release), ReleasePaths(message.release).vote(message.round)),
        form=form,
    )
    page = Page("pages/vote_mail_confirm.html", "Is this your vote?", view, narrow=True)
    return show_page(request, page, status, NOT_KEPT)
