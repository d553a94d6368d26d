# SPDX-License-Identifier: Apache-2.0
"""What becomes of unconfirmed mails: their sender confirms by a link, or the release manager accepts."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.errors import Refused
from atr.domain.names import ReleaseKey
from atr.domain.people import Person
from atr.domain.permissions import Activity, Permission
from atr.domain.privacy import LONGEST_NAME, Notice, read_display_name
from atr.domain.visitor_ballot import VisitorAnswer
from atr.domain.vote import BallotDoor
from atr.domain.vote_message import MessageState, VoteMessage
from atr.domain.vote_steps import explain_ballot
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.rounds import count_round, hold_round, read_reason
from atr.services.visitor_ballots import VisitorCasting, cast_for_visitor
from atr.services.visitor_links import LinkPurpose, open_link
from atr.services.visitors import Contact, find_notice, provide_participant
from atr.services.vote_messages import cast_message, hold_message, read_message, require_newest

NO_CONSENT = "none"
_OVER = "This link is too old: vote on the page of the vote."
_ANSWERED = "This mail was dealt with already."
_ERASED = "Its sender erased what was kept about them in this vote."


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A mail behind a link: whose ballot it would be, what strangers agree to, and why it cannot be."""

    message: VoteMessage
    voter: Person | None
    notice: Notice
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowPendingMessage(Query[PendingMessage]):
    """What a link would confirm; looking confirms nothing, since mail scanners follow links too."""

    token: str = field(repr=False)

    def answer(self, work: Work) -> PendingMessage:
        """Return it; raise NotFound."""
        message = _find_linked(work, self.token)
        reasons = _explain_link(work, message)
        return PendingMessage(message, _find_voter(work, message), find_notice(work), reasons)


@dataclass(frozen=True, slots=True)
class ConfirmMessage(Command[VoteMessage]):
    """Say, by the link that was sent to its sender, that a mail is one's own; its ballot counts from now on.

    Somebody without an account chooses the name to show, and agrees to the words of this version.
    """

    token: str = field(repr=False)
    display_name: str = ""
    notice: str = ""

    permission: ClassVar[Permission] = Activity.VOTE

    def carry_out(self, work: Work) -> Done[VoteMessage]:
        """Cast the ballot; raise NotFound, Refused with the reasons, or Invalid."""
        linked = _find_linked(work, self.token)
        message = hold_message(work, linked.release, linked.id)
        reasons = _explain_link(work, message)
        if reasons:
            raise Refused(*reasons)
        voter = _find_voter(work, message)
        decided = replace(message, decided_at=work.now, decided_reason="Confirmed by the sender.")
        if voter is not None:
            return replace(cast_message(work, replace(decided, decided_by=voter.id), voter.id), by=voter.id)
        if self.notice != find_notice(work).version:
            raise Refused("The privacy notice changed since you saw it: read it again.")
        return _cast_for_stranger(work, decided, read_display_name(self.display_name), self.notice)


@dataclass(frozen=True, slots=True)
class AcceptMessage(Command[VoteMessage]):
    """Count an unconfirmed mail all the same, for a reason that everybody can read."""

    release: ReleaseKey
    number: int
    message: int
    reason: str

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[VoteMessage]:
        """Cast the ballot for its sender; raise NotFound, Refused or Invalid."""
        reason = read_reason(self.reason)
        message = hold_message(work, self.release, self.message)
        if message.round != self.number or message.state is not MessageState.UNCONFIRMED:
            raise Refused("Only an unconfirmed mail of this round can be accepted.")
        accepted = replace(message, decided_by=work.actor.label, decided_at=work.now, decided_reason=reason)
        voter = _find_voter(work, accepted)
        done = (
            cast_message(work, accepted, voter.id)
            if voter is not None
            else _cast_for_stranger(work, accepted, _shorten_name(accepted), NO_CONSENT)
        )
        details = {**done.details, "voter": str(done.result.voter), "reason": reason}
        return Done(done.result, "ballot.accepted", done.subject, details)


def _find_linked(work: Work, token: str) -> VoteMessage:
    return read_message(work, int(open_link(work, LinkPurpose.CONFIRM_MAIL, token), 16))


def _find_voter(work: Work, message: VoteMessage) -> Person | None:
    return work.unit.people.find_by_address(message.sender) if message.sender else None


def _explain_link(work: Work, message: VoteMessage) -> tuple[str, ...]:
    if message.state is not MessageState.UNCONFIRMED:
        return (_ANSWERED,)
    valid = work.around.foundation.retention.confirmation_tokens
    return (_OVER,) if work.now >= (message.asked_at or message.received_at) + valid else ()


def _cast_for_stranger(work: Work, message: VoteMessage, name: str, notice: str) -> Done[VoteMessage]:
    """Cast the ballot under a visitor's id, which has the contact encrypted and can be erased."""
    if message.sender is None:
        raise Refused("The mail does not say who wrote it.")
    vote = hold_round(work, message.release, message.round)
    count = count_round(work, vote)
    participant = provide_participant(work, vote, Contact.of_mail(message.sender), notice)
    require_newest(work, message, participant.id)
    reasons = explain_ballot(vote, count.tally, vote.manifest_digest)
    reasons += (_ERASED,) if participant.erased_at is not None else ()
    if reasons:
        raise Refused(*reasons)
    answer = VisitorAnswer(name, message.text, vote.manifest_digest, message.comment, BallotDoor.MAIL)
    done = cast_for_visitor(work, VisitorCasting(vote, count, participant, answer, notice))
    decided_by = message.decided_by or participant.id
    counted = replace(
        message, state=MessageState.COUNTED, voter=participant.id, decided_by=decided_by, reasons=()
    )
    work.unit.vote_messages.save(counted)
    return Done(counted, done.event, done.subject, {**done.details, "mail": message.id}, by=participant.id)


def _shorten_name(message: VoteMessage) -> str:
    """Return the name in the mail as one to show; an address is none."""
    name = " ".join(message.sender_name.split())[:LONGEST_NAME]
    return read_display_name(name if name and "@" not in name else "Somebody on the list")
