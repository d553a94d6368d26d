# SPDX-License-Identifier: Apache-2.0
"""Charts: scales that fit, bars that stand on each other, and the same numbers as a table."""

from datetime import date, timedelta

import pytest

from atr.domain.activity import PhaseStay
from atr.domain.lifecycle import Phase
from atr.web.charts import (
    HEIGHT,
    WIDTH,
    ChartText,
    RowValue,
    Series,
    Tick,
    find_scale,
    lay_rows,
    say_number,
    stack_bars,
)
from atr.web.pages.activity import draw_stays, list_ticks, say_length

TEXT = ChartText("sample", "Samples", "samples")
TICKS = (Tick("May 2026", "May"), Tick("June 2026", "Jun"))


@pytest.mark.parametrize(
    ("largest", "scale"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (7, (0, 2, 4, 6, 8)),
        (12, (0, 2.5, 5, 7.5, 10, 12.5)),
        (100, (0, 20, 40, 60, 80, 100)),
        (0.4, (0, 0.1, 0.2, 0.3, 0.4)),
    ],
)
def test_a_scale_is_round_and_reaches_the_largest(largest: float, scale: tuple[float, ...]) -> None:
    found = find_scale(largest)
    assert found == scale
    assert len(found) <= 6
    assert found[-1] >= largest


def test_series_stand_upon_each_other_and_each_tells_what_it_is() -> None:
    chart = stack_bars(TEXT, TICKS, (Series("Good", (2, 0)), Series("Bad", (3, 5), "2")))
    low, high, later = chart.bars
    assert low.y + low.height == pytest.approx(chart.base)
    assert high.y + high.height == pytest.approx(low.y)
    assert (low.title, later.title) == ("May 2026: 2 samples, good", "June 2026: 5 samples, bad")
    assert [each.name for each in chart.legend] == ["Good", "Bad"]
    assert chart.table.rows == (("May 2026", ("2", "3")), ("June 2026", ("0", "5")))
    assert chart.text == "10 samples from May 2026 to June 2026; most in May 2026: 5."
    for bar in chart.bars:
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH
        assert 0 <= bar.y < bar.y + bar.height <= HEIGHT


def test_one_series_needs_no_legend_and_nothing_is_said_to_be_nothing() -> None:
    chart = stack_bars(TEXT, TICKS, (Series("All", (0, 0)),))
    assert (chart.bars, chart.legend, chart.text) == ((), (), "Nothing to show yet.")
    assert stack_bars(TEXT, (), ()).bars == ()


def test_many_labels_are_thinned_out_and_the_newest_stays() -> None:
    ticks = tuple(Tick(str(number), str(number)) for number in range(30))
    shown = [each.label for each in stack_bars(TEXT, ticks, (Series("All", (1,) * 30),)).labels]
    assert (len(shown), shown[-1]) == (10, "29")


def test_the_longest_row_has_all_the_room() -> None:
    chart = lay_rows(TEXT, (RowValue("Vote", 72, "3 days"), RowValue("Test", 0, "0 seconds")))
    assert chart.rows[0].width > 100 > chart.rows[1].width > 0
    assert chart.text == "Vote: 3 days; Test: 0 seconds."
    assert chart.rows[0].end < WIDTH
    assert lay_rows(TEXT, ()).text == "Nothing to show yet."
    assert lay_rows(TEXT, ()).height > 0
    assert chart.rows[1].middle > chart.rows[0].middle


def test_the_year_stands_with_january_and_the_first_month() -> None:
    months = (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert [each.short for each in list_ticks(months)] == ["Dec 2025", "Jan 2026", "Feb"]


@pytest.mark.parametrize(
    ("length", "words"),
    [(5, "5 seconds"), (90, "1.5 minutes"), (7_200, "2.0 hours"), (259_200, "3.0 days")],
)
def test_lengths_of_time_have_one_decimal(length: int, words: str) -> None:
    assert say_length(timedelta(seconds=length)) == words


def test_phases_are_named_as_everywhere() -> None:
    chart = draw_stays((PhaseStay(Phase.VOTE, 2, timedelta(hours=1)),))
    assert (chart.rows[0].name, chart.table.columns) == ("Vote", ("Phase", "Median"))
    assert say_number(1234.5) == "1,234.5"
