# SPDX-License-Identifier: Apache-2.0
"""Opening a visitor's contact: for sysadmins, for a reason, and never by looking."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.names import ParticipantId
from atr.services.participants import FindVisitor, FoundVisitor, RevealContact, RevealedContact
from atr.web.api.visitors import NOT_KEPT
from atr.web.components import Link
from atr.web.fields import PageForm
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page

CONTACTS_PATH = "/contacts"


class RevealForm(PageForm):
    """Why a contact is opened."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Whose contact could be opened; `contact` is set once it was."""

    here: str
    name: str
    has_contact: bool
    vote: Link
    contact: str
    form: FormView


@get(f"{CONTACTS_PATH}/{{participant:str}}", sync_to_thread=True)
def show_visitor(
    request: WebRequest, door: TheDoor, actor: TheActor, participant: FromPath[str]
) -> Response[bytes]:
    """Ask for the reason; looking opens nothing."""
    return _show(request, door.ask(actor, FindVisitor(ParticipantId(participant))))


@post(f"{CONTACTS_PATH}/{{participant:str}}", sync_to_thread=True)
def reveal_contact(
    request: WebRequest, door: TheDoor, actor: TheActor, participant: FromPath[str], data: FormData
) -> Response[bytes]:
    """Open the contact, and show it once."""
    found = door.ask(actor, FindVisitor(ParticipantId(participant)))

    def reveal(form: RevealForm) -> RevealedContact:
        return door.perform(actor, RevealContact(found.participant.id, form.reason))

    outcome = submit_form(RevealForm, data, reveal)
    if isinstance(outcome, Rejected):
        return _show(request, found, form=outcome.form, status=outcome.status)
    return _show(request, found, outcome.result.contact)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_visitor, reveal_contact)


def _show(
    request: WebRequest,
    found: FoundVisitor,
    contact: str = "",
    *,
    form: FormView = EMPTY_FORM,
    status: int = 200,
) -> Response[bytes]:
    visitor = found.participant
    view = ContactPage(
        here=f"{CONTACTS_PATH}/{visitor.id}",
        name=visitor.shown_name or "unconfirmed visitor",
        has_contact=found.has_contact,
        vote=Link(
            f"{visitor.release}, round {visitor.round}", ReleasePaths(visitor.release).vote(visitor.round)
        ),
        contact=contact,
        form=form,
    )
    return show_page(
        request, Page("pages/contact.html", "A visitor's contact", view, narrow=True), status, NOT_KEPT
    )
