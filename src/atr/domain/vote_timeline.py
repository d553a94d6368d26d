# SPDX-License-Identifier: Apache-2.0
"""How the count of a round came about, ballot by ballot."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from atr.domain.names import UserId, Voter
from atr.domain.vote import Ballot, Choice, Counts, Round, WithdrawnBallot, is_binding


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """The count right after a ballot, or after it was taken back (`withdrawn`); `cast_at` is when that was.

    `changed` tells that its voter had voted before.
    """

    cast_at: datetime
    voter: Voter
    text: str
    is_binding: bool
    changed: bool
    binding: Counts
    community: Counts
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """A ballot that was cast, or taken back."""

    at: datetime
    ballot: Ballot
    withdrawn: bool = False


def trace_tally(
    vote: Round,
    ballots: Iterable[Ballot],
    left: frozenset[UserId] = frozenset(),
    withdrawn: Iterable[WithdrawnBallot] = (),
) -> tuple[TimelinePoint, ...]:
    """Return a point for each ballot and each taking back, in order of time; each is looked at once."""
    points: list[TimelinePoint] = []
    latest: dict[Voter, tuple[bool, Choice]] = {}
    counts: Counter[tuple[bool, Choice]] = Counter()
    for step in sorted(_list_steps(ballots, withdrawn), key=lambda each: each.at):
        ballot = step.ballot
        earlier = latest.pop(ballot.voter, None)
        said = (is_binding(ballot, vote, left), ballot.choice)
        if earlier is not None:
            counts[earlier] -= 1
        if not step.withdrawn:
            counts[said] += 1
            latest[ballot.voter] = said
        points.append(
            TimelinePoint(
                cast_at=step.at,
                voter=ballot.voter,
                text=ballot.text,
                is_binding=said[0],
                changed=earlier is not None,
                binding=_read_counts(counts, binding=True),
                community=_read_counts(counts, binding=False),
                withdrawn=step.withdrawn,
            )
        )
    return tuple(points)


def _list_steps(ballots: Iterable[Ballot], withdrawn: Iterable[WithdrawnBallot]) -> list[_Step]:
    """Return every step, those of one voter in their order: sorting by time keeps it within an instant."""
    steps: list[_Step] = []
    taken = tuple(withdrawn)
    last = {(each.ballot.voter, each.withdrawn_at): index for index, each in enumerate(taken)}
    for index, each in enumerate(taken):
        steps.append(_Step(each.ballot.cast_at, each.ballot))
        if last[each.ballot.voter, each.withdrawn_at] == index:
            steps.append(_Step(each.withdrawn_at, each.ballot, withdrawn=True))
    return steps + [_Step(each.cast_at, each) for each in ballots]


def _read_counts(counts: Counter[tuple[bool, Choice]], *, binding: bool) -> Counts:
    choices = (Choice.FOR, Choice.ABSTAIN, Choice.AGAINST)
    return Counts(*(counts[binding, choice] for choice in choices))
