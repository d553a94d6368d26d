# SPDX-License-Identifier: Apache-2.0
"""A vote as the program runs it, step by step with its own rules, for comparison with the oracle."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from atr.domain.names import UserId
from atr.domain.policy import VotePolicy
from atr.domain.vote import Ballot, Counts, Round, Tally, tally_round
from atr.domain.vote_steps import explain_ballot, explain_pass
from tests.unit.domain.vote_oracle import Course, Voter
from tests.unit.domain.vote_samples import OPENED_AT, VOTED, make_ballot, make_round


def run_course(policy: VotePolicy, voters: Sequence[Voter]) -> tuple[Course, list[Ballot]]:
    """Return what became of the vote, and the ballots that were taken."""
    members = frozenset(UserId(each.name) for each in voters if each.is_member)
    left = frozenset(UserId(each.name) for each in voters if each.has_left)
    vote = make_round(policy, roster=members)
    cast = sorted(
        ((hours, place, text) for place, each in enumerate(voters) for hours, text in each.history),
    )
    course, ballots = Course(), list[Ballot]()
    for hours, place, text in cast:
        now = OPENED_AT + timedelta(hours=hours)
        if vote.deadline_at is not None and now >= vote.deadline_at:
            _resolve(vote, ballots, left, vote.deadline_at, course)
        tally = tally_round(vote, ballots, now, left)
        if explain_ballot(vote, tally, VOTED):
            course.refused += 1
            continue
        ballots.append(make_ballot(voters[place].name, text, hours))
        _resolve(vote, ballots, left, now, course)
    if vote.deadline_at is not None:
        last = OPENED_AT + timedelta(hours=cast[-1][0]) if cast else vote.deadline_at
        _resolve(vote, ballots, left, max(last, vote.deadline_at), course)
    tally = tally_round(vote, ballots, OPENED_AT, left)
    course.binding, course.community = _list(tally.binding), _list(tally.community)
    return course, ballots


def _resolve(
    vote: Round, ballots: list[Ballot], left: frozenset[UserId], now: datetime, course: Course
) -> None:
    """Close the vote as the job does that looks at it when it may be over."""
    tally: Tally = tally_round(vote, ballots, now, left)
    if course.passed_at is None and vote.policy.auto_resolve and not explain_pass(vote, tally):
        course.passed_at = (now - OPENED_AT).total_seconds() / 3600
        course.waits = tally.needs_rm


def _list(counts: Counts) -> tuple[int, int, int]:
    return counts.in_favour, counts.abstained, counts.against
