# SPDX-License-Identifier: Apache-2.0
"""From what services say about votes to what goes over the wire."""

from atr.domain.ballot_hash import hash_ballot
from atr.domain.checklist import list_items
from atr.domain.vote import Ballot, RefusedBallot, Round, RoundState, Tally
from atr.domain.vote_outlook import explain_outlook
from atr.formats.dsse import list_fields
from atr.schema.policies import VotePolicyAnswer
from atr.schema.votes import (
    ActionAnswer,
    BallotAnswer,
    BallotCast,
    BallotVersion,
    ChecklistItemAnswer,
    LetterAnswer,
    LiveTallyAnswer,
    ManualResultAnswer,
    RefusedBallotAnswer,
    RoundAnswer,
    RoundItem,
    TallyAnswer,
    TimelineAnswer,
    TimelinePointAnswer,
    VotePreviewAnswer,
    VotesAnswer,
    WithdrawnBallotAnswer,
)
from atr.services.live_tallies import LiveTally, Timeline
from atr.services.receipts import Receipted
from atr.services.vote_previews import VotePreview
from atr.services.vote_views import ActionView, BallotView, RoundView, VotesView
from atr.web.api.mails import describe_mail


def describe_preview(preview: VotePreview, start_reasons: tuple[str, ...]) -> VotePreviewAnswer:
    """Return what starting a vote now would bring about."""
    vote = preview.vote
    return VotePreviewAnswer(
        reasons=(*start_reasons, *preview.reasons),
        policy=VotePolicyAnswer.of(vote.policy if vote else preview.policy),
        voting_body=preview.voting_body,
        revision=vote.revision if vote else None,
        manifest_digest=str(vote.manifest_digest) if vote else None,
        deadline_at=vote.deadline_at if vote else None,
        roster=tuple(sorted(vote.roster)) if vote else (),
        letter=LetterAnswer.of(preview.letter) if preview.letter else None,
    )


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
        outlook=explain_outlook(vote, tally),
        ballots_root=str(vote.ballots_root) if vote.ballots_root else None,
    )


def describe_round(view: RoundView) -> RoundAnswer:
    """Return a round with everything around it."""
    vote = view.vote
    return RoundAnswer(
        **dict(_describe_item(vote, view.tally)),
        phase=view.phase,
        voting_body=view.voting_body,
        policy=VotePolicyAnswer.of(vote.policy),
        checklist=tuple(map(ChecklistItemAnswer.of, list_items(vote.policy.release_checklist))),
        roster=tuple(sorted(vote.roster)),
        silent=view.silent,
        departed=tuple(sorted(vote.departed)),
        names={str(user): name for user, name in view.names.items()},
        ballots=tuple(describe_ballot(vote, each) for each in view.ballots),
        mine=describe_version(vote, view.mine) if view.mine else None,
        counts_as_binding=view.counts_as_binding,
        manual_result=ManualResultAnswer.of(vote.manual_result) if vote.manual_result else None,
        actions=tuple(map(_describe_action, view.actions)),
        thread=tuple(map(describe_mail, view.thread)),
        refused=tuple(map(_describe_refused, view.refused)),
        withdrawn=tuple(
            WithdrawnBallotAnswer(
                **dict(describe_version(vote, each.ballot)),
                voter=each.ballot.voter,
                name=each.name,
                withdrawn_at=each.withdrawn_at,
            )
            for each in view.withdrawn
        ),
    )


def describe_ballot(vote: Round, view: BallotView) -> BallotAnswer:
    """Return somebody's current ballot with the earlier ones."""
    return BallotAnswer(
        **dict(describe_version(vote, view.ballot)),
        voter=view.ballot.voter,
        name=view.name,
        binding=view.binding,
        on_roster=view.on_roster,
        left=view.left,
        remark=view.remark,
        earlier=tuple(describe_version(vote, each) for each in view.earlier),
    )


def describe_version(vote: Round, ballot: Ballot) -> BallotVersion:
    """Return what somebody said at one moment."""
    return BallotVersion(
        choice=ballot.choice,
        text=ballot.text,
        manifest_digest=str(ballot.manifest_digest),
        cast_at=ballot.cast_at,
        via=ballot.door,
        comment=ballot.comment,
        evidence={str(item): said for item, said in ballot.evidence.items()},
        hash=str(hash_ballot(vote, ballot)),
    )


def _describe_action(view: ActionView) -> ActionAnswer:
    return ActionAnswer(action=view.action, permitted=view.permitted, open=view.is_open, reasons=view.reasons)


def describe_cast(given: Receipted) -> BallotCast:
    """Return a ballot that was taken, with its receipt."""
    return BallotCast(**dict(describe_version(given.vote, given.ballot)), receipt=list_fields(given.receipt))


def _describe_refused(refused: RefusedBallot) -> RefusedBallotAnswer:
    return RefusedBallotAnswer(
        voter=refused.voter,
        text=refused.text,
        via=refused.door,
        refused_at=refused.refused_at,
        reasons=refused.reasons,
        attempts=refused.attempts,
    )


def describe_live(live: LiveTally) -> LiveTallyAnswer:
    """Return the count of a round that is watched."""
    return LiveTallyAnswer(
        round=live.vote.number,
        state=live.vote.state,
        deadline_at=live.vote.deadline_at,
        tally=TallyAnswer.of(live.tally),
        voters=live.voters,
        newest_at=live.newest_at,
    )


def describe_timeline(timeline: Timeline) -> TimelineAnswer:
    """Return how the count of a round came about."""
    vote = timeline.vote
    return TimelineAnswer(
        release=str(vote.release),
        round=vote.number,
        opened_at=vote.opened_at,
        deadline_at=vote.deadline_at,
        closed_at=vote.closed_at,
        points=tuple(map(TimelinePointAnswer.of, timeline.points)),
        ballots_root=str(timeline.ballots_root),
    )
