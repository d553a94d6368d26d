# SPDX-License-Identifier: Apache-2.0
"""What visitors do with their own data: see all of it, correct the name, take the ballot back, erase."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.errors import Denied, NotFound, Refused
from atr.domain.event import Event, EventDetail
from atr.domain.names import ParticipantId
from atr.domain.people import ActorKind
from atr.domain.permissions import Permission, Standing
from atr.domain.privacy import Participant, read_display_name
from atr.domain.vote import Ballot, Round
from atr.domain.vote_steps import explain_withdrawal
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import MOST_ITEMS, PageRequest
from atr.services.ballot_withdrawals import take_back
from atr.services.door import Command, Done, Query, Work
from atr.services.events import EventView, name_actors
from atr.services.rounds import count_round, find_round, hold_round, make_subject, read_reason
from atr.services.visitor_links import find_linked


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """Everything that is kept about a visitor in one vote; `contact` is None once it was destroyed.

    `withdraw_reasons` say why the ballot cannot be taken back now.
    """

    participant: Participant
    contact: str | None = field(repr=False)
    vote: Round
    ballots: tuple[Ballot, ...]
    events: tuple[EventView, ...]
    withdraw_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowParticipant(Query[ParticipantView]):
    """Everything that is kept about the visitor to whom the link belongs."""

    token: str = field(repr=False)

    def answer(self, work: Work) -> ParticipantView:
        """Return all of it; raise NotFound."""
        return view_participant(work, find_linked(work, self.token))


def view_participant(work: Work, participant: Participant) -> ParticipantView:
    """Return everything that is kept about a visitor in one vote."""
    vote = find_round(work, participant.release, participant.round)
    count = count_round(work, vote)
    own = tuple(each for each in count.ballots if each.voter == participant.id)
    return ParticipantView(
        participant=participant,
        contact=_open_contact(work, participant.id),
        vote=vote,
        ballots=own,
        events=name_actors(work, _list_events(work, participant)),
        withdraw_reasons=explain_withdrawal(vote, count.tally, has_voted=bool(own)),
    )


def _open_contact(work: Work, participant: ParticipantId) -> str | None:
    sealed = work.unit.participants.find_contact(participant)
    return work.around.vault.unseal(sealed, participant) if sealed is not None else None


def _list_events(work: Work, participant: Participant) -> tuple[Event, ...]:
    release, name = participant.release, participant.id.partition(":")[2]
    about = EventFilter(release.project, release.product, release.version, text=name)
    return work.unit.events.list(about, PageRequest(MOST_ITEMS)).items


@dataclass(frozen=True, slots=True)
class CorrectName(Command[Participant]):
    """Change the name that is shown with a visitor's ballot."""

    token: str = field(repr=False)
    display_name: str = field(repr=False)

    permission: ClassVar[Permission] = Standing.ANYONE

    def carry_out(self, work: Work) -> Done[Participant]:
        """Save it; raise NotFound, Refused or Invalid. The event says neither the old nor the new name."""
        participant = _find_alive(work, self.token)
        corrected = replace(participant, display_name=read_display_name(self.display_name))
        work.unit.participants.save(corrected)
        return _finish(work, corrected, "visitor.corrected")


@dataclass(frozen=True, slots=True)
class WithdrawBallot(Command[Participant]):
    """Take a visitor's ballot back while the vote is open."""

    token: str = field(repr=False)

    permission: ClassVar[Permission] = Standing.ANYONE

    def carry_out(self, work: Work) -> Done[Participant]:
        """Have it count no more; raise NotFound or Refused."""
        participant = find_linked(work, self.token)
        vote = hold_round(work, participant.release, participant.round)
        take_back(work, vote, count_round(work, vote), participant.id)
        silent = replace(participant, remark="")
        work.unit.participants.save(silent)
        return _finish(work, silent, "ballot.withdrawn")


@dataclass(frozen=True, slots=True)
class EraseParticipant(Command[Participant]):
    """Destroy the key of a visitor's contact, the name and the comment; the ballot stays and counts."""

    token: str = field(repr=False)

    permission: ClassVar[Permission] = Standing.ANYONE

    def carry_out(self, work: Work) -> Done[Participant]:
        """Erase; raise NotFound, or Refused when it was done before."""
        erased = erase(work, _find_alive(work, self.token))
        return _finish(work, erased, "visitor.erased")


def erase(work: Work, participant: Participant) -> Participant:
    """Destroy the visitor's contact key, name and comment, and what waits for a click."""
    erased = replace(participant, display_name="", remark="", erased_at=work.now)
    work.unit.participants.save(erased)
    work.unit.participants.destroy_contact(participant.id)
    work.unit.participants.drop_confirmations(participant.id)
    work.unit.vote_messages.forget_voter(participant.id)
    return erased


@dataclass(frozen=True, slots=True)
class FoundVisitor:
    """A visitor as sysadmins find them; `has_contact` tells whether there is one to open."""

    participant: Participant
    has_contact: bool


@dataclass(frozen=True, slots=True)
class FindVisitor(Query[FoundVisitor]):
    """Whose contact a sysadmin could open; the contact itself stays closed."""

    participant: ParticipantId

    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def answer(self, work: Work) -> FoundVisitor:
        """Return them; raise NotSignedIn, Denied or NotFound."""
        found = work.unit.participants.find(self.participant)
        if found is None:
            raise NotFound("visitor", self.participant)
        return FoundVisitor(found, work.unit.participants.find_contact(found.id) is not None)


@dataclass(frozen=True, slots=True)
class RevealedContact:
    """A visitor's contact, as a sysadmin asked for it."""

    participant: Participant
    contact: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RevealContact(Command[RevealedContact]):
    """Open a visitor's contact, for a reason that the visitor can read."""

    participant: ParticipantId
    reason: str

    permission: ClassVar[Permission] = Standing.FOUNDATION_ADMIN

    def carry_out(self, work: Work) -> Done[RevealedContact]:
        """Open it; raise Denied, NotFound, Invalid without a reason, or Refused when it was destroyed."""
        if work.actor.kind is not ActorKind.PERSON:
            raise Denied("Only a sysadmin who signed in sees a contact, so that it is known who.")
        found = work.unit.participants.find(self.participant)
        if found is None:
            raise NotFound("visitor", self.participant)
        reason = read_reason(self.reason)
        contact = _open_contact(work, found.id)
        if contact is None:
            raise Refused("No contact is kept of this visitor.")
        done = _finish(work, found, "contact.revealed", reason=reason)
        return Done(RevealedContact(found, contact), done.event, done.subject, done.details)


def _find_alive(work: Work, token: str) -> Participant:
    participant = find_linked(work, token)
    if participant.erased_at is not None:
        raise Refused("What was kept about you in this vote is erased already.")
    return participant


def _finish(work: Work, participant: Participant, event: str, **details: EventDetail) -> Done[Participant]:
    vote = find_round(work, participant.release, participant.round)
    said: dict[str, EventDetail] = {"round": vote.number, "participant": participant.id, **details}
    return Done(participant, event, make_subject(vote), said, by=participant.id)
