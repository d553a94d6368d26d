# SPDX-License-Identifier: Apache-2.0
"""From what services say about votes to what goes over the wire."""

from atr.domain.vote import Ballot, Round, RoundState, Tally
from atr.schema.policies import VotePolicyAnswer
from atr.schema.votes import (
    ActionAnswer,
    BallotAnswer,
    BallotVersion,
    ManualResultAnswer,
    RoundAnswer,
    RoundItem,
    TallyAnswer,
    VotesAnswer,
)
from atr.services.vote_views import ActionView, BallotView, RoundView, VotesView
from atr.web.api.mails import describe_mail


def describe_votes(view: VotesView) -> VotesAnswer:
    """Return all rounds of a release."""
    items = tuple(_describe_item(each.vote, each.tally) for each in view.rounds)
    return VotesAnswer(items=items, start_reasons=view.start_reasons)


def _describe_item(vote: Round, tally: Tally) -> RoundItem:
    return RoundItem(
        release=str(vote.release),
        round=vote.number,
        kind=vote.kind,
        state=vote.state,
        passed=vote.state is RoundState.PASSED if vote.state.is_over else None,
        voting_project=vote.voting_project,
        revision=vote.revision,
        manifest_digest=str(vote.manifest_digest),
        policy_version=vote.policy_version,
        roster_hash=str(vote.roster_hash),
        opened_at=vote.opened_at,
        opened_by=vote.opened_by,
        deadline_at=vote.deadline_at,
        closed_at=vote.closed_at,
        closed_by=vote.closed_by,
        summary=vote.summary,
        tally=TallyAnswer.of(tally),
    )


def describe_round(view: RoundView) -> RoundAnswer:
    """Return a round with everything around it."""
    vote = view.vote
    return RoundAnswer(
        **dict(_describe_item(vote, view.tally)),
        phase=view.phase,
        voting_body=view.voting_body,
        policy=VotePolicyAnswer.of(vote.policy),
        roster=tuple(sorted(vote.roster)),
        silent=view.silent,
        departed=tuple(sorted(vote.departed)),
        names={str(user): name for user, name in view.names.items()},
        ballots=tuple(map(describe_ballot, view.ballots)),
        mine=describe_version(view.mine) if view.mine else None,
        counts_as_binding=view.counts_as_binding,
        manual_result=ManualResultAnswer.of(vote.manual_result) if vote.manual_result else None,
        actions=tuple(map(_describe_action, view.actions)),
        thread=tuple(map(describe_mail, view.thread)),
    )


def describe_ballot(view: BallotView) -> BallotAnswer:
    """Return somebody's current ballot with the earlier ones."""
    return BallotAnswer(
        **dict(describe_version(view.ballot)),
        voter=view.ballot.voter,
        name=view.name,
        binding=view.binding,
        on_roster=view.on_roster,
        left=view.left,
        earlier=tuple(map(describe_version, view.earlier)),
    )


def describe_version(ballot: Ballot) -> BallotVersion:
    """Return what somebody said at one moment."""
    return BallotVersion(
        choice=ballot.choice,
        text=ballot.text,
        manifest_digest=str(ballot.manifest_digest),
        cast_at=ballot.cast_at,
        via=ballot.door,
        comment=ballot.comment,
        evidence=dict(ballot.evidence),
    )


def _describe_action(view: ActionView) -> ActionAnswer:
    return ActionAnswer(action=view.action, permitted=view.permitted, open=view.is_open, reasons=view.reasons)
