# SPDX-License-Identifier: Apache-2.0
"""The count while people watch it, and how it came about."""

import pytest

from atr.domain.errors import NotFound
from atr.domain.names import ReleaseKey
from atr.domain.people import ANONYMOUS
from atr.domain.vote import Counts
from atr.services.door import Door
from atr.services.live_tallies import ShowTimeline, TakeTally
from tests.support.door import NOON, SettableClock
from tests.support.playground import make_project
from tests.support.voting import KEY, cast_vote, seal_release, start_vote


def test_the_newest_round_is_counted_live(door: Door) -> None:
    make_project(door)
    seal_release(door)
    assert door.ask(ANONYMOUS, TakeTally(KEY)) is None
    start_vote(door)
    cast_vote(door, "alice", "-1")
    cast_vote(door, "alice")
    live = door.ask(ANONYMOUS, TakeTally(KEY))
    assert live is not None
    assert (live.tally.binding, live.voters, live.newest_at) == (Counts(1), 1, NOON)


def test_the_timeline_has_every_ballot(door: Door, clock: SettableClock) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    for voter in ("alice", "dave", "alice"):
        cast_vote(door, voter, "+1" if voter == "alice" else "-1")
        clock.advance(hours=1)
    timeline = door.ask(ANONYMOUS, ShowTimeline(KEY, 1))
    assert [(point.voter, point.changed) for point in timeline.points] == [
        ("alice", False),
        ("dave", False),
        ("alice", True),
    ]
    assert timeline.points[-1].community == Counts(0, 0, 1)
    assert str(timeline.ballots_root).startswith("sha256:")


def test_nothing_is_counted_that_is_not_there(door: Door) -> None:
    make_project(door)
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, TakeTally(ReleaseKey.parse("demo/9.9")))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowTimeline(KEY, 1))
