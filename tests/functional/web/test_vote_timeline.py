# SPDX-License-Identifier: Apache-2.0
"""The chart of how a count came about, and the table that says the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from atr.domain.vote import RoundState
from atr.services.ballot_withdrawals import WithdrawOwnBallot
from atr.services.door import Door
from atr.services.vote_resolution import ResolveRound
from atr.services.votes import CancelRound, ExtendRound
from atr.web.pages.vote_timeline import HEIGHT, WIDTH, TimelineChart, make_chart
from tests.support.browsing import walk_in
from tests.support.door import NOON, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, cast_vote, seal_release, set_policy, show_round, start_vote
from tests.support.website import Client

Draw = Callable[[], TimelineChart]
ROUND = "/releases/demo/main/1.0/votes/1"


@pytest.fixture
def opened(door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)


@pytest.fixture
def draw(door: Door, clock: SettableClock) -> Draw:
    return lambda: make_chart(show_round(door), clock())


@pytest.mark.usefixtures("opened")
def test_each_ballot_is_a_step_of_its_line(door: Door, clock: SettableClock, draw: Draw) -> None:
    assert draw().is_empty
    for hours, voter, choice in ((18, "alice", "+1"), (18, "dave", "+1"), (18, "bob", "-1")):
        clock.advance(hours=hours)
        cast_vote(door, voter, choice)
    chart = draw()
    third = round(HEIGHT - HEIGHT / 3, 1)
    assert chart.in_favour == f"M0 {HEIGHT}H160.0V{third}H320.0V{third}H480.0V{third}H480.0"
    assert chart.against == f"M0 {HEIGHT}H160.0V160.0H320.0V160.0H480.0V{third}H480.0"
    assert chart.community.endswith(f"H320.0V{third}H480.0V{third}H480.0")
    assert (chart.top, chart.needed, chart.needed_y, chart.deadline_x) == (3, 3, 0.0, float(WIDTH))
    assert [(row.name, row.text, row.action) for row in chart.rows] == [
        ("Bob", "-1", "new"),
        ("Dave", "+1", "new"),
        ("Alice", "+1", "new"),
    ]


@pytest.mark.usefixtures("opened")
def test_changes_and_ballots_taken_back_go_down(door: Door, clock: SettableClock, draw: Draw) -> None:
    cast_vote(door, "alice")
    clock.advance(hours=36)
    cast_vote(door, "alice", "-1")
    clock.advance(hours=12)
    door.perform(act_as(door, "alice"), WithdrawOwnBallot(KEY, 1))
    chart = draw()
    assert [row.action for row in chart.rows] == ["taken back", "changed", "new"]
    assert chart.in_favour.endswith(f"V{HEIGHT}.0H426.7")
    assert (chart.now_x, chart.last) == (426.7, (0, 0, 0))
    assert "came to 0 binding +1 and 0 binding -1" in chart.summary


@pytest.mark.usefixtures("opened")
def test_a_closed_vote_has_lines_to_its_end(door: Door, clock: SettableClock, draw: Draw) -> None:
    clock.advance(hours=80)
    cast_vote(door, "alice", "-1")
    clock.advance(hours=10)
    door.perform(act_as(door, "rm"), ResolveRound(KEY, 1, failed=True))
    chart = draw()
    assert show_round(door).vote.state is RoundState.FAILED
    assert chart.end_at == NOON + timedelta(hours=90)
    assert chart.against.endswith(f"H{WIDTH}.0")
    assert (chart.deadline_x, chart.now_x) == (512.0, None)


def test_a_vote_without_a_deadline_and_of_one_moment_is_drawn(door: Door, draw: Draw) -> None:
    make_project(door)
    set_policy(door, min_hours=0)
    seal_release(door)
    start_vote(door)
    cast_vote(door, "alice")
    cast_vote(door, "bob")
    chart = draw()
    assert chart.in_favour.startswith(f"M0 {HEIGHT}H0.0V")


@pytest.mark.usefixtures("opened")
def test_the_axes_name_few_round_moments_and_whole_votes(
    door: Door, clock: SettableClock, draw: Draw
) -> None:
    chart = draw()
    assert [mark.label for mark in chart.times] == ["22 Nov", "23 Nov", "24 Nov"]
    assert [(mark.label, mark.at) for mark in chart.heights] == [
        ("3", 0.0),
        ("2", 33.31),
        ("1", 66.69),
        ("0", 100.0),
    ]
    cast_vote(door, "alice")
    door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, 24 * 300))
    assert len(draw().times) <= 5
    clock.advance(hours=2)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Again."))
    assert len(draw().times) <= 5


def test_a_short_vote_has_hours_on_its_axis(door: Door, clock: SettableClock, draw: Draw) -> None:
    make_project(door)
    set_policy(door, min_hours=8)
    seal_release(door)
    start_vote(door)
    assert [mark.label for mark in draw().times] == ["15:00", "18:00"]


@pytest.mark.usefixtures("opened")
def test_the_page_has_the_chart_with_words_and_the_table(
    door: Door, api: Client, clock: SettableClock
) -> None:
    visitor = walk_in(api, door)
    assert "The first ballot begins the line." in visitor.look(ROUND).text
    clock.advance(hours=1)
    cast_vote(door, "alice")
    page = visitor.look(ROUND)
    html = page.answer.text
    assert 'role="img" aria-labelledby="chart-title chart-desc"' in html
    assert "The count came to 1 binding +1 and 0 binding -1; 3 binding +1 are needed." in html
    assert "2026-11-21 13:00 UTC Alice +1 (binding) 1, 0, 0 0, 0, 0" in page.text
    assert "style=" not in html
