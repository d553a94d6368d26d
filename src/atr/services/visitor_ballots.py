# SPDX-License-Identifier: Apache-2.0
"""Visitors' ballots become real: by the link in a mail, or at once by a login elsewhere."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.errors import Refused
from atr.domain.event import EventDetail
from atr.domain.names import MailAddress, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.privacy import Participant, normalize_address, read_display_name
from atr.domain.visitor_ballot import Confirmation, SignedLink, VisitorAnswer
from atr.domain.vote import Ballot, Round, parse_choice
from atr.domain.vote_steps import explain_ballot
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.rounds import Count, count_round, find_round, hold_round, make_subject
from atr.services.visitor_links import find_confirmation, link_participant
from atr.services.visitors import (
    Contact,
    count_attempt,
    describe_consent,
    hold_open,
    provide_participant,
    require_stranger,
)
from atr.services.vote_mails import send_receipt

_USED = "This ballot was confirmed already: the link works once."
_OVER = "This link is too old: vote again, and a new one is sent."
_HAS_ACCOUNT = "This address belongs to an account here: sign in, and vote with it."


@dataclass(frozen=True, slots=True)
class ConfirmedBallot:
    """A visitor's ballot that counts, and the link to everything that is kept."""

    vote: Round
    ballot: Ballot
    participant: Participant
    link: SignedLink = field(repr=False)


@dataclass(frozen=True, slots=True)
class PendingBallot:
    """What a link would confirm, and why it cannot be, if so."""

    participant: Participant
    vote: Round
    answer: VisitorAnswer
    link: SignedLink = field(repr=False)
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowPending(Query[PendingBallot]):
    """What a link would confirm; looking confirms nothing, since mail scanners follow links too."""

    token: str = field(repr=False)

    def answer(self, work: Work) -> PendingBallot:
        """Return it; raise NotFound."""
        confirmation = find_confirmation(work, self.token)
        participant = work.unit.participants.find(confirmation.participant)
        assert participant is not None  # a confirmation goes with its participant
        link = link_participant(work, participant.id)
        vote = find_round(work, participant.release, participant.round)
        return PendingBallot(participant, vote, confirmation.answer, link, _explain_click(work, confirmation))


@dataclass(frozen=True, slots=True)
class ConfirmBallot(Command[ConfirmedBallot]):
    """Cast the ballot that waits behind a link; the link is used up."""

    token: str = field(repr=False)

    permission: ClassVar[Permission] = Activity.VOTE

    def carry_out(self, work: Work) -> Done[ConfirmedBallot]:
        """Cast it; raise NotFound, or Refused when it is used up, too old or not possible any more."""
        confirmation = find_confirmation(work, self.token)
        participant = work.unit.participants.find(confirmation.participant)
        assert participant is not None  # a confirmation goes with its participant
        vote = hold_round(work, participant.release, participant.round)
        # Asked again under the lock: of two clicks at the same moment one comes too late.
        reasons = _explain_click(work, find_confirmation(work, self.token))
        count = count_round(work, vote)
        reasons = reasons or explain_ballot(vote, count.tally, confirmation.answer.manifest_digest)
        reasons = reasons or _explain_account(work, participant)
        if reasons:
            raise Refused(*reasons)
        work.unit.participants.use_confirmation(confirmation.id, work.now)
        return cast_for_visitor(
            work, VisitorCasting(vote, count, participant, confirmation.answer, confirmation.notice)
        )


@dataclass(frozen=True, slots=True)
class VoteByLogin(Command[ConfirmedBallot]):
    """Cast the ballot of a visitor whom an identity provider vouched for; the caller has verified that.

    Of issuer and subject only a keyed hash is kept.
    """

    release: ReleaseKey
    number: int
    answer: VisitorAnswer
    issuer: str = field(repr=False)
    subject: str = field(repr=False)
    notice: str
    network: str = field(default="", repr=False)

    permission: ClassVar[Permission] = Activity.VOTE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[ConfirmedBallot]:
        """Cast it; raise Refused with all reasons, Invalid or TooMany."""
        require_stranger(work)
        answer = replace(self.answer, display_name=read_display_name(self.answer.display_name))
        vote = hold_open(work, self.release, self.number, answer, self.notice)
        contact = Contact.of_login(self.issuer, self.subject)
        count_attempt(work, vote, contact, self.network)
        participant = provide_participant(work, vote, contact, self.notice)
        if participant.erased_at is not None:
            raise Refused("You erased what was kept about you in this vote; your ballot stays as it is.")
        return cast_for_visitor(
            work, VisitorCasting(vote, count_round(work, vote), participant, answer, self.notice)
        )


@dataclass(frozen=True, slots=True)
class VisitorCasting:
    """Everything a visitor's ballot is made of; `notice` is the version of the words agreed to."""

    vote: Round
    count: Count
    participant: Participant
    answer: VisitorAnswer
    notice: str


def cast_for_visitor(work: Work, casting: VisitorCasting) -> Done[ConfirmedBallot]:
    """Keep the ballot under the visitor's id alone; name and comment stay where they can be erased.

    It is never binding, so no vote passes by it, and nothing is resolved.
    """
    vote, answer = casting.vote, casting.answer
    participant = replace(
        casting.participant,
        display_name=answer.display_name,
        remark=answer.remark.strip(),
        consented_notice=casting.notice,
        confirmed_at=casting.participant.confirmed_at or work.now,
    )
    work.unit.participants.save(participant)
    own = [each for each in casting.count.ballots if each.voter == participant.id]
    choice, text = parse_choice(answer.text)
    cast_at = max([work.now, *(each.cast_at for each in own)])
    ballot = Ballot(
        voter=participant.id,
        choice=choice,
        text=text,
        manifest_digest=answer.manifest_digest,
        cast_at=cast_at,
        door=answer.door,
        evidence=answer.read_evidence(vote.policy.release_checklist),
    )
    number = work.unit.votes.add_ballot(vote.release, vote.number, ballot)
    send_receipt(work, vote, ballot, casting.count, number)
    confirmed = ConfirmedBallot(vote, ballot, participant, link_participant(work, participant.id))
    details = _describe_ballot(casting, ballot, changed=bool(own))
    return Done(confirmed, "ballot.cast", make_subject(vote), details, by=participant.id)


def _describe_ballot(casting: VisitorCasting, ballot: Ballot, *, changed: bool) -> dict[str, EventDetail]:
    consent = describe_consent(casting.vote, casting.participant.contact_kind, casting.notice)
    return {
        **consent,
        "choice": ballot.text,
        "binding": False,
        "manifest_digest": str(ballot.manifest_digest),
        "door": str(ballot.door),
        "changed": changed,
    }


def _explain_click(work: Work, confirmation: Confirmation) -> tuple[str, ...]:
    if confirmation.used_at is not None:
        return (_USED,)
    return () if confirmation.is_open(work.now) else (_OVER,)


def _explain_account(work: Work, participant: Participant) -> tuple[str, ...]:
    """Say that somebody with an account votes with it; told only to whoever reads the address's mail."""
    sealed = work.unit.participants.find_contact(participant.id)
    if sealed is None:
        return (_OVER,)
    address = MailAddress(work.around.vault.unseal(sealed, participant.id))
    spellings = (address, MailAddress(normalize_address(address)))
    known = any(work.unit.people.find_by_address(each) for each in spellings)
    return (_HAS_ACCOUNT,) if known else ()
