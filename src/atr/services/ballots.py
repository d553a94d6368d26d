# SPDX-License-Identifier: Apache-2.0
"""Casting a ballot: one current answer a person and round, every change kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from atr.domain.artifact import Digest
from atr.domain.checklist import list_items
from atr.domain.errors import Denied, NotSignedIn, Refused
from atr.domain.event import EventDetail
from atr.domain.evidence import read_evidence
from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import Actor, ActorKind
from atr.domain.permissions import Activity, Permission
from atr.domain.vote import Ballot, BallotDoor, Round, is_binding, parse_choice, tally_round
from atr.domain.vote_steps import explain_ballot
from atr.services.door import Command, Done, Place, Work
from atr.services.rounds import Count, count_around, hold_round, make_subject, request_resolution
from atr.services.vote_mails import send_receipt


@dataclass(frozen=True, slots=True)
class CastBallot(Command[Ballot]):
    """Answer a round, or change one's answer; `manifest_digest` names the bytes the voter looked at."""

    release: ReleaseKey
    number: int
    choice: str
    manifest_digest: Digest
    comment: str = ""
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    door: BallotDoor = BallotDoor.API

    permission: ClassVar[Permission] = Activity.VOTE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Ballot]:
        """Keep the ballot, and have a round that passes now resolved; raise Denied, Refused or Invalid."""
        return take_ballot(work, self, identify_voter(work.actor))


def take_ballot(work: Work, given: CastBallot, voter: UserId) -> Done[Ballot]:
    """Keep the ballot of a person who is known to have given it, by whichever door."""
    choice, text = parse_choice(given.choice)
    vote = hold_round(work, given.release, given.number)
    count = count_around(work, vote, voter)
    reasons = explain_ballot(vote, count.tally, given.manifest_digest)
    if reasons:
        raise Refused(*reasons)
    ballot = Ballot(
        voter=voter,
        choice=choice,
        text=text,
        manifest_digest=given.manifest_digest,
        cast_at=_find_moment(work.now, count, voter),
        door=given.door,
        comment=given.comment.strip(),
        evidence=read_evidence(given.evidence, len(list_items(vote.policy.release_checklist))),
    )
    number = work.unit.votes.add_ballot(given.release, given.number, ballot)
    send_receipt(work, vote, ballot, count, number)
    tally = tally_round(vote, (*count.ballots, ballot), work.now, count.left)
    if tally.passes and vote.policy.auto_resolve:
        request_resolution(work, vote)
    return Done(ballot, "ballot.cast", make_subject(vote), _describe_ballot(vote, ballot, count))


def identify_voter(actor: Actor) -> UserId:
    """Return who votes: only a person does; raise NotSignedIn, or Denied for anything else."""
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotSignedIn
    if actor.kind is not ActorKind.PERSON or actor.user is None:
        raise Denied("Only people vote.")
    return actor.user


def _find_moment(now: datetime, count: Count, voter: UserId) -> datetime:
    """Return when the ballot is cast: never before the voter's earlier ones, whichever clock is slow."""
    return max([now, *(ballot.cast_at for ballot in count.ballots if ballot.voter == voter)])


def _describe_ballot(vote: Round, ballot: Ballot, count: Count) -> dict[str, EventDetail]:
    return {
        "round": vote.number,
        "choice": ballot.text,
        "binding": is_binding(ballot, vote, count.left),
        "manifest_digest": str(ballot.manifest_digest),
        "door": str(ballot.door),
        "changed": any(earlier.voter == ballot.voter for earlier in count.ballots),
    }
