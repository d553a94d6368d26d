# SPDX-License-Identifier: Apache-2.0
"""The plan of a release as one table: a row for each channel, a column for each station."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.distribution_track import FORWARDS, Standing, Station, Stop
from atr.domain.platform import DESCRIPTORS
from atr.services.distribution_views import ChannelProgress, DistributionBoard, ForeseenChannel, Row
from atr.web.components import Badge
from atr.web.flash import Tone

_S = DistributionState
_TONES: Mapping[DistributionState, Tone] = MappingProxyType(
    {
        _S.PLANNED: Tone.NEUTRAL,
        _S.VERIFIED: Tone.GOOD,
        _S.CONFIRMED: Tone.GOOD,
        _S.WITHDRAWN: Tone.NEUTRAL,
        _S.FAILED: Tone.BAD,
    }
)
_HEADINGS: Mapping[Station, tuple[str, str]] = MappingProxyType(
    {
        Station.STAGE: ("Stage", "where only testers get it"),
        Station.COMPARE: ("Compare", "what testers get with what is sealed"),
        Station.CHECK: ("Check", "vote, bytes and names, just before"),
        Station.PUBLISH: ("Go public", "promote what is staged, or publish"),
        Station.CONFIRM: ("Confirm", "from the public address"),
        Station.TAKE_BACK: ("Take back", "what can be undone"),
    }
)
_SHOWN: Mapping[Standing, tuple[str, str]] = MappingProxyType(
    {
        Standing.DONE: ("circle-check", "done"),
        Standing.RUNNING: ("circle-dot", "now"),
        Standing.RETRYING: ("refresh-cw", "tries again"),
        Standing.WAITING: ("hourglass", "waits"),
        Standing.PERSON: ("user", "waits for a person"),
        Standing.FAILED: ("octagon-x", "stopped"),
        Standing.DIFFERS: ("octagon-alert", "differs from the vote"),
        Standing.AHEAD: ("circle-dashed", "to come"),
        Standing.UNDONE: ("undo-2", "taken back"),
        Standing.ABSENT: ("minus", "not on this way"),
    }
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: the station, and what happens there."""

    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A channel at a station; `is_told` is false where the icon says it all."""

    standing: Standing
    icon: str
    word: str
    at: datetime | None
    is_told: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A channel in the plan; `where` is what it is called there, `problem` why it cannot go there."""

    key: str
    name: str
    platform: str
    badge: Badge
    is_required: bool
    where: str
    cells: tuple[Cell, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlanTable:
    """The whole plan; what is `beyond` the point of no return cannot be taken back."""

    headings: tuple[Heading, ...]
    rows: tuple[TableRow, ...]
    beyond: tuple[TableRow, ...]

    @property
    def span(self) -> int:
        """Return how many columns the table has."""
        return len(self.headings) + 1


def make_table(board: DistributionBoard) -> PlanTable:
    """Return the plan; there is a column for taking back as soon as something is."""
    all_stops = [stop for row in board.rows for stop in _list_stops(row)]
    is_turned = any(stop.station is Station.TAKE_BACK for stop in all_stops)
    stations = (*FORWARDS, Station.TAKE_BACK) if is_turned else FORWARDS
    rows = tuple(_make_row(row, stations) for row in board.rows)
    turning = len(rows) if board.point_of_no_return is None else board.point_of_no_return
    headings = tuple(Heading(*_HEADINGS[each]) for each in stations)
    return PlanTable(headings, rows[:turning], rows[turning:])


def make_badge(one: Distribution) -> Badge:
    """Return in a word how a release stands on a channel."""
    if one.waits_for_person:
        return Badge("waits for a person", Tone.WARN, "user")
    if one.drift:
        return Badge("differs from the vote", Tone.BAD, "octagon-alert")
    return Badge(one.state, _TONES.get(one.state, Tone.INFO))


def write_coordinates(one: Distribution) -> str:
    """Return under which name and version a release is on a channel."""
    name = f"{one.owner_namespace}/{one.package}" if one.owner_namespace else one.package
    return f"{name} {one.version}"


def _list_stops(row: Row) -> tuple[Stop, ...]:
    return row.view.stops if isinstance(row, ChannelProgress) else row.stops


def _make_row(row: Row, stations: Iterable[Station]) -> TableRow:
    if isinstance(row, ForeseenChannel):
        return TableRow(
            key=row.channel.key,
            name=row.channel.name,
            platform=DESCRIPTORS[row.channel.platform].name,
            badge=Badge("not begun"),
            is_required=row.is_required,
            where=write_coordinates(row.one) if row.files else "",
            cells=() if row.problem else _list_cells(row.stops, stations, ()),
            problem=row.problem,
        )
    one, leg = row.view.one, row.view.leg
    return TableRow(
        key=one.channel,
        name=leg.channel.name if leg else one.channel,
        platform=DESCRIPTORS[leg.channel.platform].name if leg else "",
        badge=make_badge(one),
        is_required=row.view.is_required,
        where=write_coordinates(one),
        cells=_list_cells(row.view.stops, stations, leg.waits_for) if leg else (),
        problem="" if leg else "The channel was deleted: nothing goes on here.",
    )


def _list_cells(
    stops: Iterable[Stop], stations: Iterable[Station], waits_for: Iterable[str]
) -> tuple[Cell, ...]:
    known = {stop.station: stop for stop in stops}
    return tuple(_make_cell(known.get(each, Stop(each, Standing.ABSENT)), waits_for) for each in stations)


def _make_cell(stop: Stop, waits_for: Iterable[str]) -> Cell:
    icon, word = _SHOWN[stop.standing]
    is_hand = stop.by_hand and stop.standing is Standing.AHEAD
    if is_hand:
        icon, word = "user", "by a person"
    elif stop.standing is Standing.WAITING:
        word = f"after {', '.join(waits_for)}"
    is_plain = stop.standing in {Standing.AHEAD, Standing.ABSENT} and not is_hand
    is_told = not is_plain and (stop.standing is not Standing.DONE or stop.at is None)
    note = "by a person" if stop.by_hand and stop.standing is Standing.DONE else ""
    return Cell(stop.standing, icon, word, stop.at, is_told, note)
