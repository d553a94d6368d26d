# SPDX-License-Identifier: Apache-2.0
"""The outbox in the API."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.mail import OutgoingMail
from atr.domain.names import ReleaseKey
from atr.schema.mails import MailAnswer
from atr.schema.pages import ItemPage
from atr.services.mails import ListMails
from atr.web.parts import TheActor, TheDoor

_Release = Annotated[
    str | None, QueryParameter(name="release", description="PROJECT[/PRODUCT]/VERSION", required=False)
]


@get("/mails", sync_to_thread=True)
def list_mails(actor: TheActor, door: TheDoor, about: _Release = None) -> ItemPage[MailAnswer]:
    """List the mails about a release; without one the newest of all, which only sysadmins see."""
    key = None if about is None else ReleaseKey.parse(about)
    mails = door.ask(actor, ListMails(key))
    return ItemPage[MailAnswer](items=tuple(map(describe_mail, mails)))


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_mails,)


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
    )
