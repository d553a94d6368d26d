# SPDX-License-Identifier: Apache-2.0
"""Visitors vote on pages: the form, the click that confirms, and everything that is kept about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from markupsafe import Markup

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.visitor_ballot import VisitorAnswer
from atr.domain.vote import BallotDoor, Round
from atr.services.participants import (
    CorrectName,
    EraseParticipant,
    ParticipantView,
    ShowParticipant,
    WithdrawBallot,
)
from atr.services.visitor_ballots import ConfirmBallot, PendingBallot, ShowPending
from atr.services.visitors import AskForBallot
from atr.services.vote_views import ShowRound
from atr.web.api.release_key import TheRelease
from atr.web.api.visitors import ASKED, NOT_KEPT, SELF_SERVICE_PATH, find_network, read_contact
from atr.web.components import Badge, EventView, Fact, Link
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.subject_events import describe_here
from atr.web.pages.vote_ballots import BallotTeller, make_choice_badge
from atr.web.pages.vote_paper import read_ticks
from atr.web.pages.vote_views import RoundForms, make_round_page
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, go_to, show_page

CONFIRM_PATH = "/confirm-ballot"


class VisitorForm(PageForm):
    """A ballot without an account, and the words that were agreed to."""

    choice: Literal["+1", "0", "-1"]
    manifest_digest: str
    comment: str = ""
    display_name: str = ""
    contact: str = ""
    notice: str
    consent: bool = False
    done: Ticks = ()

    def read(self) -> VisitorAnswer:
        """Return the answer; raise Invalid. Ticks of a visitor carry no words."""
        seen = Digest.parse(self.manifest_digest)
        done = tuple(read_ticks(self.done))
        return VisitorAnswer(self.display_name, self.choice, seen, self.comment, BallotDoor.WEB, done)


class NameForm(PageForm):
    """Another name to show."""

    display_name: str = ""


class EmptyForm(PageForm):
    """A button alone."""


@dataclass(frozen=True, slots=True)
class AskedPage:
    """What somebody does next who voted without an account."""

    head: ReleaseHead
    round_href: str
    vote: Round
    told: str


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What a link would confirm."""

    action: str
    pending: PendingBallot
    badge: Badge
    vote: Link
    done: tuple[Markup, ...]
    manifest_digest: str
    own_path: str
    form: FormView


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A ballot of the visitor's."""

    badge: Badge
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything that is kept about a visitor."""

    here: str
    shown: ParticipantView
    vote: Link
    facts: tuple[Fact, ...]
    ballots: tuple[OwnBallot, ...]
    events: tuple[EventView, ...]
    data_href: str
    form: FormView

    @property
    def is_erased(self) -> bool:
        """Tell whether nothing is left to change."""
        return self.shown.participant.erased_at is not None


@post("/votes/{number:int}/visitors", sync_to_thread=True)
def ask_for_ballot(
    request: WebRequest, parts: TheParts, release: TheRelease, number: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Vote without an account: a link goes to the address."""

    def ask(form: VisitorForm) -> None:
        if not form.consent:
            raise Invalid.field("consent", "Without your consent nothing is kept, and nothing counted.")
        contact = read_contact(form.contact)
        command = AskForBallot(release, number, form.read(), contact, form.notice, find_network(request))
        parts.door.perform(request.user, command)

    outcome = submit_form(VisitorForm, data, ask)
    if not isinstance(outcome, Rejected):
        return go_to(request, f"{ReleasePaths(release).vote(number)}/asked")
    visit = open_visit(request, parts, release)
    shown = parts.door.ask(request.user, ShowRound(release, number))
    view = make_round_page(visit, shown, RoundForms(visitor=outcome.form))
    return show_release_page(visit, "vote.html", view, f"Vote, round {number}", outcome.status)


@get("/votes/{number:int}/asked", sync_to_thread=True)
def show_asked(visit: TheVisit, number: FromPath[int]) -> Response[bytes]:
    """Say what is left to do: the same whoever the address belongs to."""
    shown = visit.parts.door.ask(visit.request.user, ShowRound(visit.key, number))
    view = AskedPage(make_head(visit, visit.paths.votes), visit.paths.vote(number), shown.vote, ASKED)
    return show_release_page(visit, "visitor_asked.html", view, f"Vote, round {number}")


@get(f"{CONFIRM_PATH}/{{token:str}}", sync_to_thread=True)
def show_pending(
    request: WebRequest, door: TheDoor, actor: TheActor, token: FromPath[str]
) -> Response[bytes]:
    """Ask whether to confirm; looking confirms nothing."""
    return _show_pending(request, door.ask(actor, ShowPending(token)), token)


@post(f"{CONFIRM_PATH}/{{token:str}}", sync_to_thread=True)
def confirm_ballot(
    request: WebRequest, parts: TheParts, token: FromPath[str], data: FormData
) -> Response[bytes] | Response[None]:
    """Cast the ballot that waits behind the link."""
    door = parts.door
    outcome = submit_form(EmptyForm, data, lambda _form: door.perform(request.user, ConfirmBallot(token)))
    if isinstance(outcome, Rejected):
        pending = door.ask(request.user, ShowPending(token))
        return _show_pending(request, pending, token, outcome.form, outcome.status)
    told = Flash("Your vote is counted. Keep the address of this page: it is your key to what is kept.")
    return go_to(request, f"{SELF_SERVICE_PATH}/{outcome.result.link}", told)


@get(f"{SELF_SERVICE_PATH}/{{token:str}}", sync_to_thread=True)
def show_own(request: WebRequest, parts: TheParts, token: FromPath[str]) -> Response[bytes]:
    """Show everything that is kept about the visitor to whom the link belongs."""
    return _show_own(request, parts, token)


@post(f"{SELF_SERVICE_PATH}/{{token:str}}/name", sync_to_thread=True)
def correct_name(
    request: WebRequest, parts: TheParts, token: FromPath[str], data: FormData
) -> Response[bytes] | Response[None]:
    """Correct the name that is shown."""
    outcome = submit_form(
        NameForm, data, lambda form: parts.door.perform(request.user, CorrectName(token, form.display_name))
    )
    return _finish(request, parts, token, outcome, "The name is corrected.")


@post(f"{SELF_SERVICE_PATH}/{{token:str}}/withdraw", sync_to_thread=True)
def withdraw_ballot(
    request: WebRequest, parts: TheParts, token: FromPath[str], data: FormData
) -> Response[bytes] | Response[None]:
    """Take the ballot back."""
    outcome = submit_form(
        EmptyForm, data, lambda _form: parts.door.perform(request.user, WithdrawBallot(token))
    )
    return _finish(request, parts, token, outcome, "Your ballot is taken back.")


@post(f"{SELF_SERVICE_PATH}/{{token:str}}/erase", sync_to_thread=True)
def erase_participant(
    request: WebRequest, parts: TheParts, token: FromPath[str], data: FormData
) -> Response[bytes] | Response[None]:
    """Erase name, comment and contact."""
    outcome = submit_form(
        EmptyForm, data, lambda _form: parts.door.perform(request.user, EraseParticipant(token))
    )
    return _finish(request, parts, token, outcome, "Name, comment and contact are erased.")


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[ask_for_ballot, show_asked], dependencies=VISIT_DEPENDENCIES),
    show_pending,
    confirm_ballot,
    show_own,
    correct_name,
    withdraw_ballot,
    erase_participant,
)


def _finish(
    request: WebRequest, parts: WebParts, token: str, outcome: object, done: str
) -> Response[bytes] | Response[None]:
    if isinstance(outcome, Rejected):
        return _show_own(request, parts, token, outcome.form, outcome.status)
    return go_to(request, f"{SELF_SERVICE_PATH}/{token}", Flash(done))


def _show_pending(
    request: WebRequest, pending: PendingBallot, token: str, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    visitor, labels = pending.participant, BallotTeller.of(pending.vote).labels
    view = ConfirmPage(
        action=f"{CONFIRM_PATH}/{token}",
        pending=pending,
        badge=make_choice_badge(pending.answer.text),
        vote=Link(str(visitor.release), ReleasePaths(visitor.release).vote(visitor.round)),
        done=tuple(labels[name] for name in pending.answer.done),
        manifest_digest=str(pending.vote.manifest_digest),
        own_path=f"{SELF_SERVICE_PATH}/{pending.link}",
        form=form,
    )
    page = Page("pages/visitor_confirm.html", "Confirm your vote", view, narrow=True)
    return show_page(request, page, status, NOT_KEPT)


def _show_own(
    request: WebRequest, parts: WebParts, token: str, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    shown = parts.door.ask(request.user, ShowParticipant(token))
    visitor = shown.participant
    view = OwnPage(
        here=f"{SELF_SERVICE_PATH}/{token}",
        shown=shown,
        vote=Link(str(visitor.release), ReleasePaths(visitor.release).vote(visitor.round)),
        facts=_list_facts(shown),
        ballots=tuple(
            OwnBallot(make_choice_badge(each.text), each.cast_at) for each in reversed(shown.ballots)
        ),
        events=tuple(describe_here(each, parts.role_labels) for each in shown.events),
        data_href=f"/api/v1{SELF_SERVICE_PATH}/{token}",
        form=form,
    )
    page = Page("pages/visitor_own.html", "Your vote as a visitor", view, narrow=True)
    return show_page(request, page, status, NOT_KEPT)


def _list_facts(shown: ParticipantView) -> tuple[Fact, ...]:
    visitor = shown.participant
    contact = shown.contact or ("nothing but a keyed hash" if visitor.erased_at is None else "erased")
    return (
        Fact("Name", visitor.display_name or ("erased" if visitor.erased_at else "not confirmed yet")),
        Fact("Contact", contact),
        Fact("Comment", visitor.remark or "none"),
        Fact("Number among the visitors", str(visitor.number)),
        Fact("Random id", visitor.id, mono=True),
        Fact("Notice you agreed to", visitor.consented_notice, mono=True),
    )
