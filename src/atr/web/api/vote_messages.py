# SPDX-License-Identifier: Apache-2.0
"""The mails of a vote in the API: shown with how they were read, handed in, accepted."""

from litestar import Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Refused, TooLarge
from atr.domain.vote_message import MessageSource, VoteMessage, explain_remedy
from atr.schema.pages import ItemPage
from atr.schema.vote_messages import LARGEST_MAIL, MessageAccept, MessageAnswer
from atr.services.vote_message_decisions import AcceptMessage
from atr.services.vote_message_views import ListMessages, MessageView, PrepareImport
from atr.services.vote_messages import receive_message
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.receiving import gather_blocks
from atr.web.security import BODY_TYPES_KEY

_BODY_TYPES = frozenset({"message/rfc822"})


@get("/", sync_to_thread=True)
def list_messages(
    actor: TheActor, door: TheDoor, release: TheRelease, number: FromPath[int]
) -> ItemPage[MessageAnswer]:
    """List every mail that came in for the round, with how it was read and why."""
    views = door.ask(actor, ListMessages(release, number))
    return ItemPage[MessageAnswer](items=tuple(map(describe_message, views)))


@post("/", opt={BODY_TYPES_KEY: _BODY_TYPES}, request_max_body_size=None, status_code=200)
async def import_message(
    request: WebRequest, actor: TheActor, door: TheDoor, release: TheRelease, number: FromPath[int]
) -> MessageAnswer:
    """Hand in a raw mail of the round's thread, of type `message/rfc822`; twice is no other than once."""
    await sync_to_thread(door.ask, actor, PrepareImport(release, number))
    told = request.headers.get("content-length", "")
    _check_length(int(told) if told.isascii() and told.isdecimal() else 0)
    raw = b""
    async for block in gather_blocks(request):
        raw += block
        _check_length(len(raw))
    message = await sync_to_thread(receive_message, door, raw, MessageSource.IMPORT, (release, number))
    if message is None:
        raise Refused(f"This mail does not answer the call for votes of round {number}.")
    return describe_message(await sync_to_thread(_view, actor, door, message))


@post("/{message:int}/accept", sync_to_thread=True, status_code=200)
def accept_message(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: FromPath[int],
    message: FromPath[int],
    data: JSONBody[MessageAccept],
) -> Response[MessageAnswer]:
    """Count a mail though nothing proves its sender, for a reason that everybody can read."""

    def describe(accepted: VoteMessage) -> Reply[MessageAnswer]:
        view = MessageView(accepted, accepted.sender_name, may_accept=False)
        return Reply(describe_message(view), status=200)

    command = AcceptMessage(release, number, message, data.reason)
    return reply_once(Asking(request, door, data), command, describe)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        f"{RELEASE_PATH}/votes/{{number:int}}/messages",
        route_handlers=[list_messages, import_message, accept_message],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def _check_length(length: int) -> None:
    """Raise TooLarge before more of it is held in memory."""
    if length > LARGEST_MAIL:
        raise TooLarge(f"A mail has at most {LARGEST_MAIL} bytes.")


def _view(actor: TheActor, door: TheDoor, message: VoteMessage) -> MessageView:
    views = door.ask(actor, ListMessages(message.release, message.round))
    return next(each for each in views if each.message.id == message.id)


def describe_message(view: MessageView) -> MessageAnswer:
    """Return a mail as it goes over the wire."""
    message = view.message
    return MessageAnswer(
        id=message.id,
        message_id=message.message_id,
        source=message.source,
        sender=message.sender,
        name=view.name,
        subject=message.subject,
        sent_at=message.sent_at,
        received_at=message.received_at,
        choice=message.choice,
        text=message.text,
        comment=message.comment,
        explanation=message.explanation,
        identity=message.identity,
        proven=message.is_proven,
        state=message.state,
        reasons=message.reasons,
        remedy=explain_remedy(message),
        voter=message.voter,
        decided_by=message.decided_by,
        decided_at=message.decided_at,
        decided_reason=message.decided_reason,
        may_accept=view.may_accept,
    )
