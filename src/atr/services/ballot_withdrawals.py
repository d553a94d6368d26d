# SPDX-License-Identifier: Apache-2.0
"""Taking one's ballot back while the vote is open: it is kept, counts no more, and the thread is told."""

from dataclasses import dataclass
from typing import ClassVar

from atr.domain.errors import Refused
from atr.domain.event import EventDetail
from atr.domain.names import ReleaseKey, Voter
from atr.domain.permissions import Activity, Permission
from atr.domain.vote import Ballot, Round, is_binding, pick_current, tally_round
from atr.domain.vote_steps import explain_withdrawal
from atr.services.ballots import identify_voter
from atr.services.door import Command, Done, Place, Work
from atr.services.rounds import Count, count_round, hold_round, make_subject, request_resolution
from atr.services.vote_mails import tell_withdrawal


@dataclass(frozen=True, slots=True)
class WithdrawOwnBallot(Command[Round]):
    """Take back what one has said in a round; a later ballot begins anew."""

    release: ReleaseKey
    number: int

    permission: ClassVar[Permission] = Activity.VOTE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Round]:
        """Have it count no more; raise Denied, NotFound or Refused. A vote may pass without it."""
        voter = identify_voter(work.actor)
        vote = hold_round(work, self.release, self.number)
        count = count_round(work, vote)
        ballot = take_back(work, vote, count, voter)
        others = [each for each in count.ballots if each.voter != voter]
        if vote.policy.auto_resolve and tally_round(vote, others, work.now, count.left).passes:
            request_resolution(work, vote)
        details: dict[str, EventDetail] = {
            "round": vote.number,
            "choice": ballot.text,
            "binding": is_binding(ballot, vote, count.left),
        }
        return Done(vote, "ballot.withdrawn", make_subject(vote), details)


def take_back(work: Work, vote: Round, count: Count, voter: Voter) -> Ballot:
    """Have the voter's ballots count no more and tell the thread; return the latest, or raise Refused."""
    own = pick_current(each for each in count.ballots if each.voter == voter)
    reasons = explain_withdrawal(vote, count.tally, has_voted=bool(own))
    if reasons:
        raise Refused(*reasons)
    withdrawal = work.unit.votes.withdraw_ballots(vote.release, vote.number, voter, work.now)
    tell_withdrawal(work, vote, own[0], count, withdrawal)
    return own[0]
