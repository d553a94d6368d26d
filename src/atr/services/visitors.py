# SPDX-License-Identifier: Apache-2.0
"""Visitors ask for a ballot: consent, limits, and a link that goes to the address (voting.md, section 4)."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.credential import hash_secret
from atr.domain.errors import Refused
from atr.domain.event import EventDetail
from atr.domain.names import MailAddress, ParticipantId, ReleaseKey
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity, Permission
from atr.domain.privacy import (
    ContactKind,
    Notice,
    Participant,
    normalize_address,
    read_display_name,
    truncate_network,
    write_notice,
)
from atr.domain.rate_limits import Counted, require_room
from atr.domain.visitor_ballot import Confirmation, VisitorAnswer
from atr.domain.vote import Round
from atr.domain.vote_steps import explain_ballot
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.participants import Trace
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.rounds import count_round, hold_round, make_subject, name_round
from atr.services.visitor_links import LinkPurpose, make_id, sign_link


@dataclass(frozen=True, slots=True)
class Contact:
    """What proves one person: an address in its normal form, or the issuer and subject of a login."""

    kind: ContactKind
    proof: str = field(repr=False)
    address: str | None = field(default=None, repr=False)

    @classmethod
    def of_mail(cls, address: MailAddress) -> "Contact":
        """Return the contact of somebody who is reached by mail."""
        return cls(ContactKind.MAIL, normalize_address(address), address)

    @classmethod
    def of_login(cls, issuer: str, subject: str) -> "Contact":
        """Return the contact of somebody who signed in elsewhere; nothing of it is kept but a keyed hash."""
        return cls(ContactKind.OIDC, f"{issuer}\n{subject}")


def hash_contact(work: Work, vote: tuple[ReleaseKey, int], contact: Contact) -> str:
    """Return the keyed hash by which a contact has one ballot in a round, and no trace in any other."""
    return work.around.vault.digest("one ballot", name_round(*vote), contact.kind, contact.proof)


def find_notice(work: Work) -> Notice:
    """Return what is said at the button now."""
    return write_notice(work.around.foundation.name, work.around.foundation.retention)


@dataclass(frozen=True, slots=True)
class ShowNotice(Query[Notice]):
    """What a visitor is told before giving anything."""

    def answer(self, work: Work) -> Notice:
        """Return it."""
        return find_notice(work)


@dataclass(frozen=True, slots=True)
class AskForBallot(Command[None]):
    """Ask, as somebody without an account, for a ballot; it counts once the link in a mail was followed.

    `notice` is the version of the words the visitor agreed to, `network` where the request came from.
    """

    release: ReleaseKey
    number: int
    answer: VisitorAnswer
    contact: MailAddress = field(repr=False)
    notice: str
    network: str = field(default="", repr=False)

    permission: ClassVar[Permission] = Activity.VOTE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[None]:
        """Keep the answer until it is confirmed; raise Refused with all reasons, Invalid or TooMany.

        The result is the same whoever the address belongs to, so that nobody learns who has voted.
        """
        require_stranger(work)
        answer = replace(self.answer, display_name=read_display_name(self.answer.display_name))
        vote = hold_open(work, self.release, self.number, answer, self.notice)
        contact = Contact.of_mail(self.contact)
        count_attempt(work, vote, contact, self.network)
        participant = provide_participant(work, vote, contact, self.notice)
        if participant.erased_at is None:
            _wait_for_click(work, participant, answer, self.notice)
        details = describe_consent(vote, contact.kind, self.notice)
        return Done(None, "visitor.consented", make_subject(vote), details, by=participant.id)


def require_stranger(work: Work) -> None:
    """Raise Refused for somebody with an account, whose ballot comes from there."""
    if work.actor.kind is not ActorKind.ANONYMOUS:
        raise Refused("You are signed in: vote with your account.")


def hold_open(work: Work, release: ReleaseKey, number: int, answer: VisitorAnswer, notice: str) -> Round:
    """Return the round, held; raise Invalid, or Refused with everything that stands against the answer."""
    vote = hold_round(work, release, number)
    answer.read_evidence(vote.policy.release_checklist)
    reasons = explain_ballot(vote, count_round(work, vote).tally, answer.manifest_digest)
    if notice != find_notice(work).version:
        reasons = (*reasons, "The privacy notice changed since you saw it: read it again.")
    if reasons:
        raise Refused(*reasons)
    return vote


def count_attempt(work: Work, vote: Round, contact: Contact, network: str) -> None:
    """Count the request by network, contact and round; raise TooMany when one of them is full."""
    limits, vault = work.around.foundation.visitor_limits, work.around.vault
    name = name_round(vote.release, vote.number)
    counted = {
        Counted.NETWORK: truncate_network(network),
        Counted.CONTACT: f"{contact.kind} {contact.proof}",
        Counted.ROUND: name,
    }
    traces = [Trace(what, vault.digest(f"rate {what}", said)) for what, said in counted.items()]
    for trace in traces:
        window = limits.find_window(trace.counted)
        require_room(window, work.unit.attempts.list_since(trace, work.now - window.length), work.now)
    for trace in traces:
        work.unit.attempts.add(trace, work.now)


def provide_participant(work: Work, vote: Round, contact: Contact, notice: str) -> Participant:
    """Return the visitor of the round with this contact, new if there was none."""
    contact_hash = hash_contact(work, (vote.release, vote.number), contact)
    known = work.unit.participants.find_by_contact(vote.release, vote.number, contact_hash)
    if known is not None:
        return known
    fresh = Participant(
        id=ParticipantId(f"participant:{make_id(work)}"),
        release=vote.release,
        round=vote.number,
        number=0,
        contact_kind=contact.kind,
        consented_notice=notice,
        created_at=work.now,
    )
    sealed = work.around.vault.seal(contact.address, fresh.id) if contact.address else None
    return work.unit.participants.add(fresh, contact_hash, sealed)


def describe_consent(vote: Round, kind: ContactKind, notice: str) -> dict[str, EventDetail]:
    """Return what an event about a consent records."""
    return {"round": vote.number, "notice": notice, "contact": str(kind)}


def _wait_for_click(work: Work, participant: Participant, answer: VisitorAnswer, notice: str) -> None:
    name = make_id(work)
    work.unit.participants.add_confirmation(
        Confirmation(
            id=name,
            participant=participant.id,
            answer=answer,
            notice=notice,
            created_at=work.now,
            expires_at=work.now + work.around.foundation.retention.confirmation_tokens,
            token_hash=hash_secret(str(sign_link(work, LinkPurpose.CONFIRM, name))),
        )
    )
    work.unit.jobs.enqueue(Job(JobKind.SEND_CONFIRMATION, name))
    over_at = work.now + work.around.foundation.retention.confirmation_tokens
    work.unit.jobs.enqueue(Job(JobKind.FORGET_CONFIRMATION, name, run_at=over_at))
