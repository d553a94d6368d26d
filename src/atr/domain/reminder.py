# SPDX-License-Identifier: Apache-2.0
"""Who is reminded of a vote, and when: once, at two thirds of the time (voting.md, section 3)."""

from collections.abc import Iterable
from datetime import datetime

from atr.domain.names import UserId
from atr.domain.vote import Ballot, Round


def find_reminder(vote: Round) -> datetime | None:
    """Return when people are reminded; None for a vote without a deadline, which the count alone closes."""
    if vote.deadline_at is None:
        return None
    return vote.opened_at + (vote.deadline_at - vote.opened_at) * 2 / 3


def list_silent(vote: Round, ballots: Iterable[Ballot], left: frozenset[UserId]) -> tuple[UserId, ...]:
    """Return who is on the roster, still a member, and has not voted."""
    voted = {ballot.voter for ballot in ballots}
    return tuple(sorted(user for user in vote.roster - left if user not in voted))
