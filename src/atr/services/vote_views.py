# SPDX-License-Identifier: Apache-2.0
"""Rounds as pages and answers show them: the count, every ballot with its history, what can be done now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.errors import Refused
from atr.domain.lifecycle import Phase, find_transition
from atr.domain.mail import OutgoingMail
from atr.domain.names import ParticipantId, ReleaseKey, UserId
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity, explain_denial
from atr.domain.privacy import Participant
from atr.domain.release import Release
from atr.domain.vote import Ballot, RefusedBallot, Round, Tally, is_binding, pick_current
from atr.domain.vote_steps import (
    explain_ballot,
    explain_cancel,
    explain_confirm,
    explain_extend,
    explain_fail,
    explain_pass,
    explain_record,
    explain_withdrawal,
)
from atr.services.door import Command, Place, Query, Work
from atr.services.release_phases import gather_situation
from atr.services.releases import find_release
from atr.services.rounds import Count, count_round, find_round
from atr.services.then_look import ThenLook
from atr.services.thread_ids import make_start_id
from atr.services.vote_mails import name_body
from atr.services.vote_message_views import MessageView, list_messages
from atr.services.voter_names import find_visitors, find_voter_names


class VoteAction(StrEnum):
    """Something that can be done with a round."""

    CAST = "cast"
    RESOLVE = "resolve"
    FAIL = "fail"
    CONFIRM = "confirm"
    EXTEND = "extend"
    CANCEL = "cancel"
    RECORD = "record"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class ActionView:
    """Whether the asker can do something now; `reasons` has every sentence on why not."""

    action: VoteAction
    permitted: bool
    reasons: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether the asker could do it at once."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class BallotView:
    """A person's current ballot with the earlier ones, oldest first, and what it counts for.

    `remark` is a visitor's comment, which is kept apart from the ballot so that it can be erased.
    """

    ballot: Ballot
    name: str
    binding: bool
    on_roster: bool
    left: bool
    earlier: tuple[Ballot, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawnView:
    """A ballot that its voter took back, with the voter's name."""

    ballot: Ballot
    name: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class RoundView:
    """Everything that is shown of a round; `silent` are roster members who have not voted.

    `refused` are ballots that were not taken, for those who run the vote.
    """

    vote: Round
    phase: Phase
    voting_body: str
    tally: Tally
    ballots: tuple[BallotView, ...]
    silent: tuple[UserId, ...]
    names: Mapping[str, str]
    mine: Ballot | None
    counts_as_binding: bool
    actions: tuple[ActionView, ...]
    thread: tuple[OutgoingMail, ...]
    refused: tuple[RefusedBallot, ...] = ()
    messages: tuple[MessageView, ...] = ()
    withdrawn: tuple[WithdrawnView, ...] = ()

    def find_action(self, action: VoteAction) -> ActionView:
        """Return whether the asker can do it now, and why not."""
        return next(each for each in self.actions if each.action is action)


@dataclass(frozen=True, slots=True)
class ShowRound(Query[RoundView]):
    """A round with everything around it, in a fixed number of queries."""

    release: ReleaseKey
    number: int

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> RoundView:
        """Return the view; raise NotFound."""
        return view_round(work, self.release, self.number)


def then_show_round(command: Command[Round]) -> ThenLook[Round, RoundView]:
    """Return the command answered with the round's view."""
    return ThenLook(command, lambda work, vote: view_round(work, vote.release, vote.number))


def view_round(work: Work, key: ReleaseKey, number: int) -> RoundView:
    """Return a round with everything around it, in a fixed number of queries; raise NotFound."""
    release = find_release(work, key)
    vote = find_round(work, key, number)
    count = count_round(work, vote)
    refused = work.unit.votes.list_refused(key, number) if Activity.RUN_PHASE in work.permitted else ()
    withdrawn = work.unit.votes.list_withdrawn(key, number)
    voters = {ballot.voter for ballot in count.ballots}
    heard = {each.ballot.voter for each in withdrawn} | {each.voter for each in refused}
    shown = vote.roster | voters | heard | _list_officials(vote)
    names = find_voter_names(work, shown)
    visitors = find_visitors(work, voters)
    user = work.actor.user
    return RoundView(
        vote=vote,
        phase=release.phase,
        voting_body=name_body(work, vote),
        tally=count.tally,
        ballots=tuple(_list_views(vote, count, names, visitors)),
        silent=tuple(sorted(vote.roster - voters - count.left)),
        names=names,
        mine=next((each for each in pick_current(count.ballots) if each.voter == user), None),
        counts_as_binding=user in vote.roster and user not in count.left,
        actions=tuple(_list_actions(work, vote, count)),
        thread=_list_thread(work, vote),
        refused=refused,
        messages=list_messages(work, key, number),
        withdrawn=tuple(
            WithdrawnView(each.ballot, names.get(each.ballot.voter, each.ballot.voter), each.withdrawn_at)
            for each in withdrawn
        ),
    )


def _list_officials(vote: Round) -> set[UserId]:
    return {UserId(label) for label in (vote.opened_by, vote.closed_by) if label is not None}


def _list_views(
    vote: Round, count: Count, names: Mapping[str, str], visitors: Mapping[ParticipantId, Participant]
) -> Iterator[BallotView]:
    for ballot in pick_current(count.ballots):
        own = [each for each in count.ballots if each.voter == ballot.voter]
        visitor = visitors.get(ballot.voter) if isinstance(ballot.voter, ParticipantId) else None
        yield BallotView(
            ballot=ballot,
            name=names.get(ballot.voter, ballot.voter),
            binding=is_binding(ballot, vote, count.left),
            on_roster=ballot.voter in vote.roster,
            left=ballot.voter in count.left,
            earlier=tuple(each for each in own if each is not ballot),
            remark=visitor.remark if visitor else "",
        )


def _list_thread(work: Work, vote: Round) -> tuple[OutgoingMail, ...]:
    start = make_start_id(work, vote)
    return tuple(
        mail
        for mail in work.unit.mails.list(vote.release)
        if start in {mail.message_id, mail.in_reply_to} and mail.receiver is None
    )


def _explain_own(work: Work, vote: Round, count: Count) -> tuple[str, ...]:
    has_voted = any(each.voter == work.actor.user for each in count.ballots)
    return explain_withdrawal(vote, count.tally, has_voted=has_voted)


_EXPLANATIONS: Mapping[VoteAction, Callable[[Work, Round, Count], tuple[str, ...]]] = {
    VoteAction.CAST: lambda _work, vote, count: explain_ballot(vote, count.tally),
    VoteAction.RESOLVE: lambda _work, vote, count: explain_pass(vote, count.tally),
    VoteAction.FAIL: lambda work, vote, count: explain_fail(vote, count.tally, work.now),
    VoteAction.CONFIRM: lambda _work, vote, _count: explain_confirm(vote),
    VoteAction.EXTEND: lambda _work, vote, _count: explain_extend(vote),
    VoteAction.CANCEL: lambda _work, vote, _count: explain_cancel(vote),
    VoteAction.RECORD: lambda _work, vote, _count: explain_record(vote),
    VoteAction.WITHDRAW: _explain_own,
}
_VOTERS = frozenset({VoteAction.CAST, VoteAction.WITHDRAW})
_PERSONAL = _VOTERS | {VoteAction.CONFIRM, VoteAction.RECORD}


def _list_actions(work: Work, vote: Round, count: Count) -> Iterator[ActionView]:
    for action, explain in _EXPLANATIONS.items():
        denial = _explain_denial(work, action)
        reasons = explain(work, vote, count)
        yield ActionView(action, denial is None, (denial, *reasons) if denial else reasons)


def _explain_denial(work: Work, action: VoteAction) -> str | None:
    needed = Activity.VOTE if action in _VOTERS else Activity.RUN_PHASE
    if work.actor.kind is ActorKind.ANONYMOUS:
        return "Sign in first."
    if needed not in work.permitted:
        return explain_denial(needed)
    if action in _PERSONAL and work.actor.kind is not ActorKind.PERSON:
        return "Only a person does this."
    return None


@dataclass(frozen=True, slots=True)
class RoundItem:
    """A round in a list, with its count."""

    vote: Round
    tally: Tally


@dataclass(frozen=True, slots=True)
class VotesView:
    """All rounds of a release, the newest first, and whether the asker could begin one now."""

    rounds: tuple[RoundItem, ...]
    start_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListRounds(Query[VotesView]):
    """The rounds of a release; closed ones carry the count they were closed with."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> VotesView:
        """Return the view; raise NotFound."""
        release = find_release(work, self.release)
        rounds = work.unit.votes.list_rounds(self.release)
        items = tuple(
            RoundItem(vote, vote.tally or count_round(work, vote).tally) for vote in reversed(rounds)
        )
        denial = _explain_denial(work, VoteAction.CANCEL)
        return VotesView(items, (*((denial,) if denial else ()), *_explain_start(work, release)))


def _explain_start(work: Work, release: Release) -> tuple[str, ...]:
    try:
        step = find_transition(release.phase, Phase.VOTE)
    except Refused as refusal:
        return refusal.reasons
    return step.explain_refusal(gather_situation(work, release))
