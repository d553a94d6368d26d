# SPDX-License-Identifier: Apache-2.0
"""What would have become of a vote under another policy: its ballots, as they came, counted anew.

Ballots, roster, who left, and time that was added are as they were; only the policy differs. What nobody can
know, such as ballots that would have come in a longer vote, is left as it was when the vote ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from atr.domain.policy import VotePolicy
from atr.domain.vote import Ballot, Counts, Round, WithdrawnBallot, find_deadline, list_unmet
from atr.domain.vote_timeline import TimelinePoint, trace_tally


class Outcome(StrEnum):
    """What the count comes to."""

    PASSES = "passes"
    WAITS = "waits for the release manager"
    STAYS_OPEN = "does not pass"
    ELSEWHERE = "held elsewhere"


@dataclass(frozen=True, slots=True)
class Replay:
    """What the count comes to, when it is decided, what is missing, and how many ballots came after that."""

    outcome: Outcome
    decided_at: datetime | None = None
    unmet: tuple[str, ...] = ()
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A vote under the policy it ran under, and under another one; `why` is empty when nothing differs."""

    vote: Round
    before: Replay
    after: Replay
    why: tuple[str, ...]

    @property
    def is_other_outcome(self) -> bool:
        """Tell whether what comes of the vote differs, not only when."""
        return self.before.outcome is not self.after.outcome


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that was said in a round: ballots, and those that were taken back."""

    ballots: Sequence[Ballot]
    withdrawn: Sequence[WithdrawnBallot] = ()


def compare_policies(vote: Round, course: Course, policy: VotePolicy, now: datetime) -> Comparison:
    """Replay the round under its own policy and under another, and say what differs and why."""
    end = vote.closed_at or now
    before = replay_round(vote, course, vote.policy, end)
    after = replay_round(vote, course, policy, end)
    return Comparison(vote, before, after, tuple(_explain(before, after)))


def replay_round(vote: Round, course: Course, policy: VotePolicy, end: datetime) -> Replay:
    """Return what comes of the round under the policy, with what was said until `end`."""
    if policy.manual_vote or vote.policy.manual_vote:
        return Replay(Outcome.ELSEWHERE)
    trial = replace(vote, policy=policy, deadline_at=_move_deadline(vote, policy))
    points = trace_tally(vote, course.ballots, vote.departed, course.withdrawn)
    for moment, heard in _list_moments(trial, points, end):
        point = points[heard - 1] if heard else None
        binding = point.binding if point else Counts()
        if list_unmet(trial, binding, too_early=False):
            continue
        against = binding.against + (point.community.against if point else 0)
        waits = policy.pause_for_rm and against > 0
        return Replay(Outcome.WAITS if waits else Outcome.PASSES, moment, (), len(points) - heard)
    last = points[-1].binding if points else Counts()
    return Replay(Outcome.STAYS_OPEN, None, list_unmet(trial, last, too_early=False))


def _move_deadline(vote: Round, policy: VotePolicy) -> datetime | None:
    """Return the deadline under the policy, later by the time that was added to the vote."""
    deadline_at, own = find_deadline(vote.opened_at, policy), find_deadline(vote.opened_at, vote.policy)
    added = vote.deadline_at - own if vote.deadline_at and own else timedelta()
    return deadline_at + added if deadline_at else None


def _list_moments(
    trial: Round, points: Sequence[TimelinePoint], end: datetime
) -> Iterator[tuple[datetime, int]]:
    """Yield each moment at which the count may be closed, and how many ballots are heard by then."""
    earliest = trial.deadline_at or trial.opened_at
    if trial.policy.auto_resolve:
        yield earliest, sum(point.cast_at < earliest for point in points)
        for number, point in enumerate(points, 1):
            if point.cast_at >= earliest:
                yield point.cast_at, number
    yield max(earliest, end), len(points)


def _explain(before: Replay, after: Replay) -> Iterator[str]:
    if before.outcome is not after.outcome:
        yield f"It {_say(after.outcome)} instead of: {before.outcome}."
        yield from after.unmet
    if before.decided_at and after.decided_at and before.decided_at != after.decided_at:
        hours = (after.decided_at - before.decided_at).total_seconds() / 3600
        direction = "later" if hours > 0 else "earlier"
        yield f"It is decided {abs(hours):.1f} hours {direction}, on {after.decided_at:%Y-%m-%d %H:%M} UTC."
    if after.unheard > before.unheard:
        more = after.unheard - before.unheard
        yield f"{more} more {'ballot comes' if more == 1 else 'ballots come'} too late to count."


def _say(outcome: Outcome) -> str:
    return "is held elsewhere" if outcome is Outcome.ELSEWHERE else str(outcome)


def apply_difference(own: VotePolicy, old: VotePolicy, new: VotePolicy) -> VotePolicy:
    """Return the policy a vote ran under with those fields replaced in which two policies differ."""
    changed = {
        each.name: getattr(new, each.name)
        for each in fields(new)
        if getattr(old, each.name) != getattr(new, each.name)
    }
    return replace(own, **changed)
