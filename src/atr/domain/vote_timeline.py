# SPDX-License-Identifier: Apache-2.0
"""How the count of a round came about, ballot by ballot."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from atr.domain.names import UserId, Voter
from atr.domain.vote import Ballot, Choice, Counts, Round, is_binding


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """The count right after a ballot; `changed` tells that its voter had voted before."""

    cast_at: datetime
    voter: Voter
    text: str
    is_binding: bool
    changed: bool
    binding: Counts
    community: Counts


def trace_tally(
    vote: Round, ballots: Iterable[Ballot], left: frozenset[UserId] = frozenset()
) -> tuple[TimelinePoint, ...]:
    """Return one point a ballot in order of casting; each ballot is looked at once."""
    points: list[TimelinePoint] = []
    latest: dict[Voter, tuple[bool, Choice]] = {}
    counts: Counter[tuple[bool, Choice]] = Counter()
    for ballot in sorted(ballots, key=lambda each: each.cast_at):
        earlier = latest.get(ballot.voter)
        said = (is_binding(ballot, vote, left), ballot.choice)
        if earlier is not None:
            counts[earlier] -= 1
        counts[said] += 1
        latest[ballot.voter] = said
        points.append(
            TimelinePoint(
                cast_at=ballot.cast_at,
                voter=ballot.voter,
                text=ballot.text,
                is_binding=said[0],
                changed=earlier is not None,
                binding=_read_counts(counts, binding=True),
                community=_read_counts(counts, binding=False),
            )
        )
    return tuple(points)


def _read_counts(counts: Counter[tuple[bool, Choice]], *, binding: bool) -> Counts:
    choices = (Choice.FOR, Choice.ABSTAIN, Choice.AGAINST)
    return Counts(*(counts[binding, choice] for choice in choices))
