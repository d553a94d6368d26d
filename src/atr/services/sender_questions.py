# SPDX-License-Identifier: Apache-2.0
"""Asking whoever seems to have sent a ballot whether they did, by one mail a vote and address."""

from dataclasses import dataclass, replace
from typing import Self

from atr.domain.errors import Denied, Invalid, TooMany
from atr.domain.mail import MailKind, OutgoingMail, make_message_id
from atr.domain.mail_layout import Letter, fill, flatten
from atr.domain.names import MailAddress
from atr.domain.people import SERVICE, ActorKind
from atr.domain.privacy import normalize_address, say_period
from atr.domain.rate_limits import Counted, require_room
from atr.domain.vote_message import MessageState, VoteMessage
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.participants import Trace
from atr.services.door import Query, Work
from atr.services.errand import Errand, Tools
from atr.services.private_mails import forget_private, send_private
from atr.services.rounds import name_round
from atr.services.visitor_links import LinkPurpose, make_address
from atr.services.vote_mails import name_release


def ask_sender(work: Work, message: VoteMessage) -> VoteMessage:
    """Have the sender asked, unless that was done for this vote; return the mail as it is kept.

    Too many questions at once are left out: the release manager accepts, or the sender votes on the page.
    """
    sender = message.sender
    if sender is None or work.unit.vote_messages.was_asked(message.release, message.round, sender):
        return message
    try:
        _count_question(work, message, sender)
    except TooMany:
        return message
    asked = replace(message, asked_at=work.now)
    work.unit.vote_messages.save(asked)
    over_at = work.now + work.around.foundation.retention.confirmation_tokens
    work.unit.jobs.enqueue(Job(JobKind.ASK_SENDER, str(message.id)))
    work.unit.jobs.enqueue(Job(JobKind.FORGET_QUESTION, str(message.id), run_at=over_at))
    return asked


def _count_question(work: Work, message: VoteMessage, sender: MailAddress) -> None:
    """Count it like visitors' requests: nobody is written to often because others forge their address."""
    limits, vault = work.around.foundation.visitor_limits, work.around.vault
    counted = {
        Counted.CONTACT: f"mail {normalize_address(sender)}",
        Counted.ROUND: name_round(message.release, message.round),
    }
    traces = [Trace(what, vault.digest(f"rate {what}", said)) for what, said in counted.items()]
    for trace in traces:
        window = limits.find_window(trace.counted)
        require_room(window, work.unit.attempts.list_since(trace, work.now - window.length), work.now)
    for trace in traces:
        work.unit.attempts.add(trace, work.now)


def name_message(message: VoteMessage) -> str:
    """Return the mail's id as links have it."""
    return f"{message.id:032x}"


@dataclass(frozen=True, slots=True)
class WriteQuestion(Query[OutgoingMail | None]):
    """The mail with the link that confirms a ballot sent by mail, for the worker alone."""

    message: int

    def answer(self, work: Work) -> OutgoingMail | None:
        """Return the mail, or None when nothing is to be confirmed any more; raise Denied."""
        if work.actor.kind is not ActorKind.SERVICE:
            raise Denied("Only ATR itself writes to senders.")
        found = work.unit.vote_messages.find(self.message)
        if found is None or found.state is not MessageState.UNCONFIRMED or found.sender is None:
            return None
        if work.now >= (found.asked_at or work.now) + work.around.foundation.retention.confirmation_tokens:
            return None  # the link in it would be over, and its copy was forgotten
        letter = _write_letter(work, found)
        return OutgoingMail(
            message_id=_make_id(work, found),
            kind=MailKind.CONFIRMATION,
            release=found.release,
            to=(found.sender,),
            subject=letter.subject,
            body=letter.body,
            queued_at=found.asked_at or work.now,
        )


@dataclass(frozen=True, slots=True)
class NameQuestion(Query[str | None]):
    """The message id of the mail that asked about a mail; None without such a mail."""

    message: int

    def answer(self, work: Work) -> str | None:
        """Return it."""
        found = work.unit.vote_messages.find(self.message)
        return None if found is None else _make_id(work, found)


def _make_id(work: Work, message: VoteMessage) -> str:
    host = work.around.foundation.mail_host
    return make_message_id(host, "mail confirmation", str(message.id), message.message_id)


def _write_letter(work: Work, message: VoteMessage) -> Letter:
    foundation, title = work.around.foundation, name_release(work, message.release)
    parts = (
        fill(
            f"A mail from this address votes {message.text} on {title} at {foundation.name}, but nothing "
            "proves that it is yours. If it is, open this link within "
            f"{say_period(foundation.retention.confirmation_tokens)} and confirm it there; the vote counts "
            "only then."
        ),
        make_address(work, LinkPurpose.CONFIRM_MAIL, name_message(message)),
        fill("If it was not you, do nothing. Nobody else should see the link."),
        f"{foundation.public_url.rstrip('/')}/privacy",
    )
    return Letter(flatten(f"Is this your vote on {title}?"), "\n\n".join(parts) + "\n")


@dataclass(frozen=True, slots=True)
class AskSender(Errand):
    """Send the link, once, however often this runs."""

    message: int

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the id of the mail; raise Invalid."""
        if not (argument.isascii() and argument.isdigit()):
            raise Invalid.field("argument", f"{argument!r} is not the id of a mail.")
        return cls(int(argument))

    def run(self, tools: Tools) -> None:
        """Write the mail and let it leave; raise TryLater."""
        mail = tools.door.ask(SERVICE, WriteQuestion(self.message))
        if mail is not None:
            send_private(tools, mail, "The question to a sender")


@dataclass(frozen=True, slots=True)
class ForgetQuestion(Errand):
    """Remove the copy that a maildir keeps of the mail, with address and link, once its link is over."""

    message: int

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the id of the mail that was asked about; raise Invalid."""
        return cls(AskSender.parse(argument).message)

    def run(self, tools: Tools) -> None:
        """Remove it; raise TryLater."""
        message_id = tools.door.ask(SERVICE, NameQuestion(self.message))
        if message_id is not None:
            forget_private(tools, message_id)
