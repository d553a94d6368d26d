# SPDX-License-Identifier: Apache-2.0
"""Visitors who vote in the API; nothing here is kept for repeats, because it is about people."""

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, ParticipantId
from atr.domain.visitor_ballot import VisitorAnswer
from atr.domain.vote import BallotDoor
from atr.schema.visitors import (
    ConfirmedBallotAnswer,
    ContactAnswer,
    ContactReveal,
    DataUseAnswer,
    NameCorrection,
    NoticeAnswer,
    ParticipantAnswer,
    PrivacyAnswer,
    VisitorAskedAnswer,
    VisitorBallotCreate,
)
from atr.services.participants import (
    CorrectName,
    EraseParticipant,
    ParticipantView,
    RevealContact,
    ShowParticipant,
    WithdrawBallot,
)
from atr.services.privacy_views import ShowPrivacy
from atr.services.visitor_ballots import ConfirmBallot
from atr.services.visitors import AskForBallot
from atr.web.api.events import describe_event
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.vote_answers import describe_version
from atr.web.parts import TheActor, TheDoor, TheParts, WebRequest

SELF_SERVICE_PATH = "/participants"
ASKED = "If this address may vote, a mail with a link is on its way: the vote counts once it was followed."
NOT_KEPT = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
"""The headers of everything behind a visitor's link."""


@get("/privacy", sync_to_thread=True)
def show_privacy(actor: TheActor, door: TheDoor) -> PrivacyAnswer:
    """Say what is kept about people, why and how long, and what a visitor is told."""
    view = door.ask(actor, ShowPrivacy())
    return PrivacyAnswer(
        version=view.version,
        notice=NoticeAnswer(version=view.notice.version, lines=view.notice.lines),
        uses=tuple(
            DataUseAnswer(category=group.category, purpose=use.purpose, kept=use.kept, columns=use.columns)
            for group in view.groups
            for use in group.uses
        ),
    )


@post("/{number:int}/visitors", sync_to_thread=True, status_code=202)
def ask_for_ballot(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    data: JSONBody[VisitorBallotCreate],
) -> Response[VisitorAskedAnswer]:
    """Vote without an account: a link goes to the address, and the vote counts once it was followed."""
    answer = VisitorAnswer(
        display_name=data.display_name,
        text=data.choice,
        manifest_digest=_read_digest(data.manifest_digest),
        remark=data.comment,
        door=BallotDoor(data.via),
        done=data.done,
    )
    contact = read_contact(data.contact)
    command = AskForBallot(release, number, answer, contact, data.notice, find_network(request))
    door.perform(request.user, command)
    return Response(VisitorAskedAnswer(detail=ASKED), headers=NOT_KEPT)


@post("/confirmations/{token:str}", sync_to_thread=True, status_code=200)
def confirm_ballot(
    actor: TheActor, door: TheDoor, parts: TheParts, token: FromPath[str]
) -> Response[ConfirmedBallotAnswer]:
    """Cast the ballot that waits behind a link; the link works once."""
    confirmed = door.perform(actor, ConfirmBallot(token))
    answer = ConfirmedBallotAnswer(
        participant=confirmed.participant.id,
        ballot=describe_version(confirmed.vote, confirmed.ballot),
        self_service=f"{parts.public_url}{SELF_SERVICE_PATH}/{confirmed.link}",
    )
    return Response(answer, headers=NOT_KEPT)


@get("/participants/{token:str}", sync_to_thread=True)
def show_participant(actor: TheActor, door: TheDoor, token: FromPath[str]) -> Response[ParticipantAnswer]:
    """Show everything that is kept about the visitor to whom the link belongs."""
    return _answer(door.ask(actor, ShowParticipant(token)))


@patch("/participants/{token:str}", sync_to_thread=True)
def correct_name(
    actor: TheActor, door: TheDoor, token: FromPath[str], data: JSONBody[NameCorrection]
) -> Response[ParticipantAnswer]:
    """Correct the name that is shown with the ballot."""
    door.perform(actor, CorrectName(token, data.display_name))
    return _answer(door.ask(actor, ShowParticipant(token)))


@delete("/participants/{token:str}", sync_to_thread=True)
def erase_participant(actor: TheActor, door: TheDoor, token: FromPath[str]) -> None:
    """Erase name, comment and contact now; the ballot stays, under no name."""
    door.perform(actor, EraseParticipant(token))


@delete("/participants/{token:str}/ballot", sync_to_thread=True)
def withdraw_ballot(actor: TheActor, door: TheDoor, token: FromPath[str]) -> None:
    """Take the ballot back while the vote is open."""
    door.perform(actor, WithdrawBallot(token))


@post("/contacts/{participant:str}/reveal", sync_to_thread=True, status_code=200)
def reveal_contact(
    actor: TheActor, door: TheDoor, participant: FromPath[ParticipantId], data: JSONBody[ContactReveal]
) -> Response[ContactAnswer]:
    """Open a visitor's contact for a reason, which the visitor can read; sysadmins only."""
    revealed = door.perform(actor, RevealContact(participant, data.reason))
    answer = ContactAnswer(participant=revealed.participant.id, contact=revealed.contact)
    return Response(answer, headers=NOT_KEPT)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_privacy,
    confirm_ballot,
    show_participant,
    correct_name,
    erase_participant,
    withdraw_ballot,
    reveal_contact,
    Router(f"{RELEASE_PATH}/votes", route_handlers=[ask_for_ballot], dependencies=RELEASE_DEPENDENCY),
)


def read_contact(text: str) -> MailAddress:
    """Return the address; raise Invalid for what is none, without repeating it."""
    try:
        return MailAddress(text.strip())
    except Invalid:
        raise Invalid.field("contact", "This is not a mail address: write it as name@host.") from None


def find_network(request: WebRequest) -> str:
    """Return where the request comes from, as far as the server was told."""
    return request.client.host if request.client is not None else ""


def _read_digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except Invalid as refusal:
        raise Invalid.field("manifest_digest", str(refusal)) from None


def _answer(view: ParticipantView) -> Response[ParticipantAnswer]:
    visitor = view.participant
    answer = ParticipantAnswer(
        participant=visitor.id,
        release=str(visitor.release),
        round=visitor.round,
        number=visitor.number,
        display_name=visitor.display_name,
        comment=visitor.remark,
        contact_kind=visitor.contact_kind,
        contact=view.contact,
        consented_notice=visitor.consented_notice,
        created_at=visitor.created_at,
        confirmed_at=visitor.confirmed_at,
        erased_at=visitor.erased_at,
        ballots=tuple(describe_version(view.vote, each) for each in view.ballots),
        events=tuple(map(describe_event, view.events)),
        withdraw_reasons=view.withdraw_reasons,
    )
    return Response(answer, headers=NOT_KEPT)
