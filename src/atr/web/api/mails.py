# SPDX-License-Identifier: Apache-2.0
"""The outbox in the API."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.types import ControllerRouterHandler

from atr.domain.mail import MailKind, MailState, OutgoingMail
from atr.domain.names import ReleaseKey
from atr.ports.repositories.mails import MailFilter
from atr.ports.repositories.paging import PageRequest
from atr.schema.mails import MailAnswer, StrayMailAnswer
from atr.schema.pages import ItemPage
from atr.services.mails import ListMails, RetryMail, SearchOutbox, ShowMail
from atr.services.stray_mails import ListStrays
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from atr.web.parts import TheActor, TheDoor, WebRequest

_Release = Annotated[
    str | None, QueryParameter(name="release", description="PROJECT[/PRODUCT]/VERSION", required=False)
]

_State = Annotated[
    MailState | None, QueryParameter(name="state", description="Only mails in this state", required=False)
]
_Kind = Annotated[
    MailKind | None, QueryParameter(name="kind", description="Only mails of this kind", required=False)
]
_Filter = NamedDependency[SkipValidation[MailFilter]]
_Text = Annotated[
    str, QueryParameter(name="q", description="Beginnings of words that all stand in the subject")
]


def read_filter(wanted: _State = None, kind: _Kind = None, text: _Text = "") -> MailFilter:
    """Return what the outbox is narrowed to."""
    return MailFilter(wanted, kind, text)


@get("/mails", dependencies={"which": Provide(read_filter, sync_to_thread=False)}, sync_to_thread=True)
def list_mails(
    actor: TheActor,
    door: TheDoor,
    which: _Filter,
    about: _Release = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[MailAnswer]:
    """List the mails about a release; without one those of all, newest first, which only sysadmins see."""
    if about is not None:
        mails = door.ask(actor, ListMails(ReleaseKey.parse(about), which.state))
        return ItemPage[MailAnswer](items=tuple(map(describe_mail, mails)))
    found = door.ask(actor, SearchOutbox(which, PageRequest(limit, cursor)))
    return ItemPage[MailAnswer](items=tuple(map(describe_mail, found.items)), next=found.next)


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
