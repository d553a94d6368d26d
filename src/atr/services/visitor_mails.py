# SPDX-License-Identifier: Apache-2.0
"""The one mail a visitor gets: written when it is sent, so that neither address nor link is ever stored."""

from dataclasses import dataclass
from typing import Self

from atr.domain.errors import Denied
from atr.domain.mail import MailKind, OutgoingMail, make_message_id
from atr.domain.mail_layout import Letter, fill, flatten
from atr.domain.names import MailAddress
from atr.domain.people import SERVICE, ActorKind
from atr.domain.privacy import Participant, say_period
from atr.domain.visitor_ballot import Confirmation
from atr.services.door import Query, Work
from atr.services.errand import Errand, Tools
from atr.services.private_mails import forget_private, send_private
from atr.services.visitor_links import LinkPurpose, make_address
from atr.services.vote_mails import name_release


@dataclass(frozen=True, slots=True)
class WriteConfirmation(Query[OutgoingMail | None]):
    """The mail with the link that confirms a ballot, for the worker alone."""

    confirmation: str

    def answer(self, work: Work) -> OutgoingMail | None:
        """Return the mail, or None when nothing is to be confirmed any more; raise Denied."""
        if work.actor.kind is not ActorKind.SERVICE:
            raise Denied("Only ATR itself writes to visitors.")
        found = work.unit.participants.find_confirmation(self.confirmation)
        if found is None or not found.is_open(work.now):
            return None
        sealed = work.unit.participants.find_contact(found.participant)
        participant = work.unit.participants.find(found.participant)
        if sealed is None or participant is None:
            return None
        address = MailAddress(work.around.vault.unseal(sealed, found.participant))
        return _write_mail(work, found, participant, address)


def _make_id(work: Work, confirmation: str) -> str:
    return make_message_id(work.around.foundation.mail_host, "confirmation", confirmation)


@dataclass(frozen=True, slots=True)
class NameConfirmation(Query[str]):
    """The message id of the mail about a confirmation, whether it is still kept or not."""

    confirmation: str

    def answer(self, work: Work) -> str:
        """Return it."""
        return _make_id(work, self.confirmation)


def _write_mail(
    work: Work, confirmation: Confirmation, participant: Participant, address: MailAddress
) -> OutgoingMail:
    letter = _write_letter(work, confirmation, participant)
    return OutgoingMail(
        message_id=_make_id(work, confirmation.id),
        kind=MailKind.CONFIRMATION,
        release=participant.release,
        to=(address,),
        subject=letter.subject,
        body=letter.body,
        queued_at=confirmation.created_at,
    )


def _write_letter(work: Work, confirmation: Confirmation, participant: Participant) -> Letter:
    foundation, title = work.around.foundation, name_release(work, participant.release)
    own = participant.id.partition(":")[2]
    parts = (
        fill(
            f"Somebody gave this address to vote {confirmation.answer.text} on {title} at {foundation.name}. "
            f"If it was you, open this link within {say_period(foundation.retention.confirmation_tokens)} "
            "and confirm the vote there. It works once, and the vote counts only then."
        ),
        make_address(work, LinkPurpose.CONFIRM, confirmation.id),
        fill("With this link you see everything that is kept about you in this vote, correct or erase it:"),
        make_address(work, LinkPurpose.PARTICIPANT, own),
        fill(
            "If it was not you, do nothing: what was given is removed by itself. Keep both links to yourself."
        ),
        f"{foundation.public_url.rstrip('/')}/privacy",
    )
    return Letter(flatten(f"Confirm your vote on {title}"), "\n\n".join(parts) + "\n")


@dataclass(frozen=True, slots=True)
class SendConfirmation(Errand):
    """Send the link that confirms a ballot, once, however often this runs."""

    confirmation: str

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the id of what is to be confirmed."""
        return cls(argument)

    def run(self, tools: Tools) -> None:
        """Write the mail and let it leave; raise TryLater."""
        mail = tools.door.ask(SERVICE, WriteConfirmation(self.confirmation))
        if mail is not None:
            send_private(tools, mail, "The mail with a visitor's link")


@dataclass(frozen=True, slots=True)
class ForgetConfirmation(Errand):
    """Remove the copy that a maildir keeps of the mail, with address and links, once its link is over."""

    confirmation: str

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read the id of what was to be confirmed."""
        return cls(argument)

    def run(self, tools: Tools) -> None:
        """Remove it; raise TryLater."""
        message_id = tools.door.ask(SERVICE, NameConfirmation(self.confirmation))
        forget_private(tools, message_id)
