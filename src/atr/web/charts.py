# SPDX-License-Identifier: Apache-2.0
"""Charts as pure geometry: values in, coordinates out; the component draws them as SVG with a table beside.

Every chart has 640 by 240 units; `charts.html` draws it, the stylesheet colours it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 640.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 24.0, 14.0, 32.0
_NAMES, _ROW, _AFTER = 132.0, 36.0, 108.0  # of rows: for names, for each, and for what is said after
_MOST_LINES = 5
_MOST_LABELS = 12
_GAP = 0.28  # of a step, left empty between bars
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under one name, one for each label; `mark` is which of the patterns and colours it has."""

    name: str
    values: tuple[float, ...]
    mark: str = "1"


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal line and what it stands for."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis: its full name, and the short one that stands there."""

    name: str
    short: str


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """Words under the axis, around their middle; narrow screens leave the minor ones out."""

    x: float
    label: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `title` tells what it stands for."""

    x: float
    y: float
    width: float
    height: float
    mark: str
    title: str


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The same numbers as a table: the head of each column, and rows with their label first."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart as the component draws it; without bars it says that there is nothing yet."""

    id: str
    title: str
    text: str
    bars: tuple[Bar, ...]
    grid: tuple[GridLine, ...]
    labels: tuple[AxisLabel, ...]
    legend: tuple[Series, ...]
    table: ChartTable
    width: float = field(default=WIDTH)
    height: float = field(default=HEIGHT)

    @property
    def base(self) -> float:
        """Return where the axis lies."""
        return self.height - _BOTTOM

    @property
    def left(self) -> float:
        """Return where the axis begins."""
        return _LEFT

    @property
    def right(self) -> float:
        """Return where the axis ends."""
        return self.width - _RIGHT


@dataclass(frozen=True, slots=True)
class ChartText:
    """What a chart is called, what its numbers are of (many, and one), how its first column is headed."""

    id: str
    title: str
    unit: str
    one: str = ""
    heading: str = "Month"

    def say(self, value: float) -> str:
        """Return a number with what it is of."""
        return f"{say_number(value)} {self.one if value == 1 and self.one else self.unit}"


@dataclass(frozen=True, slots=True)
class RowValue:
    """A number under a name, and how it is said."""

    name: str
    value: float
    said: str


@dataclass(frozen=True, slots=True)
class RowBar:
    """One row: where its words stand, and how long its bar is."""

    y: float
    width: float
    name: str
    said: str

    @property
    def middle(self) -> float:
        """Return where the line of words stands."""
        return self.y + _ROW / 2

    @property
    def end(self) -> float:
        """Return where what is said begins."""
        return _NAMES + self.width + 8


@dataclass(frozen=True, slots=True)
class RowChart:
    """Bars that lie one under the other, each with its name before and its value after it."""

    id: str
    title: str
    text: str
    rows: tuple[RowBar, ...]
    table: ChartTable
    width: float = WIDTH
    left: float = _NAMES

    @property
    def height(self) -> float:
        """Return how high all rows are together."""
        return _ROW * max(len(self.rows), 1)


def lay_rows(text: ChartText, values: Sequence[RowValue]) -> RowChart:
    """Return a chart with a row for each value, the longest bar as long as there is room."""
    largest = max((each.value for each in values), default=0) or 1
    room = WIDTH - _NAMES - _AFTER
    rows = (
        RowBar(_ROW * number, round(max(room * each.value / largest, 2), 2), each.name, each.said)
        for number, each in enumerate(values)
    )
    table = ChartTable((text.heading, text.unit), tuple((each.name, (each.said,)) for each in values))
    said = "; ".join(f"{each.name}: {each.said}" for each in values)
    return RowChart(text.id, text.title, f"{said}." if said else "Nothing to show yet.", tuple(rows), table)


def stack_bars(text: ChartText, ticks: Sequence[Tick], series: Sequence[Series]) -> ChartView:
    """Return a chart with a bar for each tick, its series one upon the other."""
    labels = [each.name for each in ticks]
    sums = [sum(each.values[index] for each in series) for index in range(len(labels))]
    scale = find_scale(max(sums, default=0))
    step = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    bars = [
        bar
        for index, label in enumerate(labels)
        for bar in _stack(text, series, label, index, step, scale[-1])
    ]
    return ChartView(
        id=text.id,
        title=text.title,
        text=describe_series(text, labels, sums),
        bars=tuple(bars),
        grid=tuple(GridLine(_lift(value, scale[-1]), say_number(value)) for value in scale),
        labels=tuple(_place_labels(ticks, step)),
        legend=tuple(series) if len(series) > 1 else (),
        table=_tabulate(text, labels, series),
    )


def find_scale(largest: float) -> tuple[float, ...]:
    """Return round values from 0 to at least the largest, at most five steps apart."""
    if largest <= 0:
        return (0.0, 1.0)
    power = 10.0 ** math.floor(math.log10(largest / _MOST_LINES))
    step = next(factor * power for factor in _STEPS if factor * power * _MOST_LINES >= largest)
    step = max(step, 1.0) if float(largest).is_integer() else step
    return tuple(round(step * number, 6) for number in range(math.ceil(largest / step) + 1))


def say_number(value: float) -> str:
    """Return a number as people read it, with at most one decimal."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def describe_series(text: ChartText, labels: Sequence[str], values: Sequence[float]) -> str:
    """Return in a sentence what a chart shows, for those who do not see it."""
    if not any(values):
        return "Nothing to show yet."
    highest = max(range(len(values)), key=values.__getitem__)
    return (
        f"{text.say(sum(values))} from {labels[0]} to {labels[-1]}; "
        f"most in {labels[highest]}: {say_number(values[highest])}."
    )


def _stack(
    text: ChartText, series: Sequence[Series], label: str, index: int, step: float, highest: float
) -> list[Bar]:
    bars: list[Bar] = []
    below = 0.0
    for each in series:
        value = each.values[index]
        if value > 0:
            top = _lift(below + value, highest)
            name = f", {each.name.lower()}" if len(series) > 1 else ""
            title = f"{label}: {text.say(value)}{name}"
            x = _LEFT + step * (index + _GAP / 2)
            bars.append(Bar(round(x, 2), top, *_measure(below, value, step, highest), each.mark, title))
        below += value
    return bars


def _measure(below: float, value: float, step: float, highest: float) -> tuple[float, float]:
    height = _lift(below, highest) - _lift(below + value, highest)
    return round(step * (1 - _GAP), 2), round(height, 2)


def _lift(value: float, highest: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / highest, 2)


def _place_labels(ticks: Sequence[Tick], step: float) -> list[AxisLabel]:
    every = math.ceil(len(ticks) / _MOST_LABELS)
    placed = [(index, each) for index, each in enumerate(ticks) if (len(ticks) - 1 - index) % every == 0]
    return [
        AxisLabel(
            round(_LEFT + step * (index + 0.5), 2), each.short, is_minor=(len(placed) - number) % 2 == 0
        )
        for number, (index, each) in enumerate(placed)
    ]


def _tabulate(text: ChartText, labels: Sequence[str], series: Sequence[Series]) -> ChartTable:
    rows = (
        (label, tuple(say_number(each.values[index]) for each in series))
        for index, label in enumerate(labels)
    )
    return ChartTable((text.heading, *(each.name for each in series)), tuple(rows))
