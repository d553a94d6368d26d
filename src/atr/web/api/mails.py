# SPDX-License-Identifier: Apache-2.0
"""The outbox in the API."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.mail import MailState, OutgoingMail
from atr.domain.names import ReleaseKey
from atr.schema.mails import MailAnswer, StrayMailAnswer
from atr.schema.pages import ItemPage
from atr.services.mails import ListMails, RetryMail, ShowMail
from atr.services.stray_mails import ListStrays
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, WebRequest

_Release = Annotated[
    str | None, QueryParameter(name="release", description="PROJECT[/PRODUCT]/VERSION", required=False)
]

_State = Annotated[
    MailState | None, QueryParameter(name="state", description="Only mails in this state", required=False)
]


@get("/mails", sync_to_thread=True)
def list_mails(
    actor: TheActor, door: TheDoor, about: _Release = None, wanted: _State = None
) -> ItemPage[MailAnswer]:
    """List the mails about a release; without one the newest of all, which only sysadmins see."""
    key = None if about is None else ReleaseKey.parse(about)
    mails = door.ask(actor, ListMails(key, wanted))
    return ItemPage[MailAnswer](items=tuple(map(describe_mail, mails)))


@get("/mails/{message_id:str}", sync_to_thread=True)
def show_mail(actor: TheActor, door: TheDoor, message_id: FromPath[str]) -> MailAnswer:
    """Show one mail by its message id, without the angle brackets."""
    return describe_mail(door.ask(actor, ShowMail(f"<{message_id}>")))


@post("/mails/{message_id:str}/retry", sync_to_thread=True, status_code=200)
def retry_mail(request: WebRequest, door: TheDoor, message_id: FromPath[str]) -> Response[MailAnswer]:
    """Have a mail that did not leave tried again now."""
    mail = door.ask(request.user, ShowMail(f"<{message_id}>"))

    def describe(queued: OutgoingMail) -> Reply[MailAnswer]:
        return Reply(describe_mail(queued), status=200)

    return reply_once(Asking(request, door), RetryMail(mail.message_id, mail.release), describe)


@get("/mails/stray", sync_to_thread=True)
def list_strays(actor: TheActor, door: TheDoor) -> ItemPage[StrayMailAnswer]:
    """List the newest mails that came in, look like votes, and answer none; for sysadmins."""
    return ItemPage[StrayMailAnswer](items=tuple(map(StrayMailAnswer.of, door.ask(actor, ListStrays()))))


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_mails, list_strays, show_mail, retry_mail)


def describe_mail(mail: OutgoingMail) -> MailAnswer:
    """Return a mail as it goes over the wire."""
    return MailAnswer(
        message_id=mail.message_id,
        kind=mail.kind,
        release=str(mail.release),
        to=mail.to,
        subject=mail.subject,
        body=mail.body,
        in_reply_to=mail.in_reply_to,
        queued_at=mail.queued_at,
        state=mail.state,
        sent_at=mail.sent_at,
        failure=mail.failure,
        receiver=mail.receiver,
    )
