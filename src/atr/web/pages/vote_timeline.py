# SPDX-License-Identifier: Apache-2.0
"""How the count of a round came about, as lines to draw and as rows to read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from atr.domain.vote import Counts, WithdrawnBallot
from atr.domain.vote_timeline import TimelinePoint, trace_tally
from atr.services.vote_views import RoundView

WIDTH, HEIGHT = 640, 160
_MOST_ROWS = 200
_MOST_MARKS = 5
_MOST_HEIGHTS = 4
_MARGIN = 9
_STEPS = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48, 168, 336, 720, 2160))


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One step of the count: what happened when, by whom, and the counts after it."""

    at: datetime
    name: str
    text: str
    action: str
    is_binding: bool
    binding: Counts
    community: Counts


@dataclass(frozen=True, slots=True)
class AxisMark:
    """A place on an axis, in hundredths of its length, with what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """The count over time: a path a line, how high the needed votes stand, where now and the deadline are.

    `rows` are the newest steps, the latest first; `hidden` tells how many more there are.
    """

    begin_at: datetime
    end_at: datetime
    top: int
    in_favour: str
    against: str
    community: str
    area: str
    needed: int
    needed_y: float
    deadline_x: float | None
    now_x: float | None
    times: tuple[AxisMark, ...]
    heights: tuple[AxisMark, ...]
    last: tuple[int, int, int]
    summary: str
    rows: tuple[TimelineRow, ...]
    hidden: int

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody has voted."""
        return not self.rows


def make_chart(shown: RoundView, now: datetime) -> TimelineChart:
    """Return the chart of a round as it stands now."""
    vote, points = shown.vote, _trace(shown)
    moments = [vote.deadline_at, vote.closed_at or now, *(point.cast_at for point in points[-1:])]
    end_at = max([vote.opened_at, *(each for each in moments if each is not None)])
    highest = [max(each.binding.in_favour, each.binding.against, each.community.in_favour) for each in points]
    scale = _Scale(vote.opened_at, end_at, max([vote.policy.min_binding, 1, *highest]))
    until = scale.find_x(
        vote.closed_at or max([now, vote.opened_at, *(each.cast_at for each in points[-1:])])
    )
    in_favour = scale.draw(points, lambda point: point.binding.in_favour, until)
    last = points[-1] if points else None
    binding = last.binding if last else Counts()
    return TimelineChart(
        begin_at=vote.opened_at,
        end_at=end_at,
        top=scale.top,
        in_favour=in_favour,
        against=scale.draw(points, lambda point: point.binding.against, until),
        community=scale.draw(points, lambda point: point.community.in_favour, until),
        area=f"{in_favour}V{HEIGHT}Z",
        needed=vote.policy.min_binding,
        needed_y=scale.find_y(vote.policy.min_binding),
        deadline_x=scale.find_x(vote.deadline_at) if vote.deadline_at else None,
        now_x=until if vote.closed_at is None else None,
        times=tuple(scale.mark_times()),
        heights=tuple(scale.mark_heights()),
        last=(binding.in_favour, binding.against, last.community.in_favour if last else 0),
        summary=f"The count came to {binding.in_favour} binding +1 and {binding.against} binding -1; "
        f"{vote.policy.min_binding} binding +1 are needed.",
        rows=tuple(_list_rows(shown, points[-_MOST_ROWS:]))[::-1],
        hidden=max(0, len(points) - _MOST_ROWS),
    )


def _trace(shown: RoundView) -> tuple[TimelinePoint, ...]:
    ballots = [each for view in shown.ballots for each in (*view.earlier, view.ballot)]
    gone = {view.ballot.voter for view in shown.ballots if view.left}
    left = frozenset(user for user in shown.vote.roster if user in gone)
    withdrawn = [WithdrawnBallot(each.ballot, each.withdrawn_at) for each in shown.withdrawn]
    return trace_tally(shown.vote, ballots, left, withdrawn)


@dataclass(frozen=True, slots=True)
class _Scale:
    begin_at: datetime
    end_at: datetime
    top: int

    def find_x(self, at: datetime) -> float:
        """Return where a moment stands; everything at the left when no time has passed."""
        whole = (self.end_at - self.begin_at).total_seconds()
        return round((at - self.begin_at).total_seconds() / whole * WIDTH, 1) if whole else 0.0

    def find_y(self, number: int) -> float:
        """Return how high a number stands."""
        return round(HEIGHT - number / self.top * HEIGHT, 1)

    def draw(
        self, points: Sequence[TimelinePoint], count: Callable[[TimelinePoint], int], until: float
    ) -> str:
        """Return the line that goes up and down by steps; steps at one spot of the chart are one."""
        heights = {self.find_x(point.cast_at): self.find_y(count(point)) for point in points}
        steps = "".join(f"H{x}V{y}" for x, y in heights.items())
        return f"M0 {HEIGHT}{steps}H{until}"

    def mark_times(self) -> Iterator[AxisMark]:
        """Yield a few round moments between the ends, by hours or by days."""
        whole = self.end_at - self.begin_at
        step = next((each for each in _STEPS if whole <= each * _MOST_MARKS), whole / _MOST_MARKS)
        midnight = self.begin_at.replace(hour=0, minute=0, second=0, microsecond=0)
        words = "%H:%M" if step < timedelta(days=1) else "%d %b"
        for number in range(1, int((self.end_at - midnight) / step) + 1 if step else 0):
            place = self.find_x(midnight + number * step) / WIDTH * 100
            if _MARGIN < place < 100 - _MARGIN:
                yield AxisMark(round(place, 2), (midnight + number * step).strftime(words))

    def mark_heights(self) -> Iterator[AxisMark]:
        """Yield a few whole numbers of votes, from the top to nothing."""
        step = -(-self.top // _MOST_HEIGHTS)
        for number in range(self.top - self.top % step, -1, -step):
            yield AxisMark(round(self.find_y(number) / HEIGHT * 100, 2), str(number))


def _list_rows(shown: RoundView, points: Sequence[TimelinePoint]) -> Iterator[TimelineRow]:
    for point in points:
        action = "taken back" if point.withdrawn else "changed" if point.changed else "new"
        yield TimelineRow(
            at=point.cast_at,
            name=shown.names.get(point.voter, point.voter),
            text=point.text,
            action=action,
            is_binding=point.is_binding,
            binding=point.binding,
            community=point.community,
        )
