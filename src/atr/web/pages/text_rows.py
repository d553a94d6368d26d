# SPDX-License-Identifier: Apache-2.0
"""The difference of two texts as rows: below each other, or side by side."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from atr.domain.text_difference import LineKind, TextHunk, TextLine, reveal_hidden

MOST_ROWS = 1_500
_WORTH_MARKING = 0.3  # of a line: with less in common, a mark would cover nearly all of it


@dataclass(frozen=True, slots=True)
class Cell:
    """One line on one side; `head`, `changed` and `tail` are its text, of which the middle is marked."""

    kind: LineKind
    number: int | None
    head: str
    changed: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class SplitRow:
    """Two lines that stand side by side; None where there is nothing."""

    before: Cell | None
    after: Cell | None


@dataclass(frozen=True, slots=True)
class UnifiedRow:
    """One line with its number on either side."""

    cell: Cell
    before: int | None
    after: int | None
    sign: str


_SIGNS = {LineKind.SAME: "", LineKind.REMOVED: "\N{MINUS SIGN}", LineKind.ADDED: "+"}


def cut_hunks(hunks: Iterable[TextHunk], most: int = MOST_ROWS) -> tuple[tuple[TextHunk, ...], int]:
    """Return as many lines as can be shown, and how many others there are."""
    kept: list[TextHunk] = []
    cut = 0
    for hunk in hunks:
        lines = hunk.lines[: max(0, most)]
        kept += [TextHunk(lines)] if lines else []
        most -= len(hunk.lines)
        cut += len(hunk.lines) - len(lines)
    return tuple(kept), cut


def split_hunk(hunk: TextHunk) -> tuple[SplitRow, ...]:
    """Return the rows of a hunk side by side: what was removed beside what replaces it."""
    return tuple(_pair_lines(hunk.lines))


def unify_hunk(hunk: TextHunk) -> tuple[UnifiedRow, ...]:
    """Return the rows of a hunk below each other: what was removed before what replaces it."""
    rows: list[UnifiedRow] = []
    added: list[UnifiedRow] = []
    for row in _pair_lines(hunk.lines):
        before, after = row.before, row.after
        if before is not None and before.kind is LineKind.SAME:
            rows += (*added, UnifiedRow(before, before.number, after.number if after else None, ""))
            added = []
            continue
        if before is not None:
            rows.append(UnifiedRow(before, before.number, None, _SIGNS[before.kind]))
        if after is not None:
            added.append(UnifiedRow(after, None, after.number, _SIGNS[after.kind]))
    return (*rows, *added)


def _pair_lines(lines: Sequence[TextLine]) -> Iterator[SplitRow]:
    removed: list[TextLine] = []
    added: list[TextLine] = []
    for line in lines:
        if line.kind is LineKind.REMOVED:
            removed.append(line)
        elif line.kind is LineKind.ADDED:
            added.append(line)
        else:
            yield from _pair_changed(removed, added)
            removed, added = [], []
            text = reveal_hidden(line.text)
            yield SplitRow(Cell(line.kind, line.before, text), Cell(line.kind, line.after, text))
    yield from _pair_changed(removed, added)


def _pair_changed(removed: Iterable[TextLine], added: Iterable[TextLine]) -> Iterator[SplitRow]:
    for before, after in zip_longest(removed, added):
        if before is None or after is None:
            left = None if before is None else _show(before, before.before)
            yield SplitRow(left, None if after is None else _show(after, after.after))
        else:
            yield _mark_pair(before, after)


def _show(line: TextLine, number: int | None) -> Cell:
    return Cell(line.kind, number, reveal_hidden(line.text))


def _mark_pair(before: TextLine, after: TextLine) -> SplitRow:
    """Return two lines with what is different between them marked, where enough is the same."""
    left, right = reveal_hidden(before.text), reveal_hidden(after.text)
    head = _count_equal(left, right)
    tail = _count_equal(left[head:][::-1], right[head:][::-1])
    if head + tail < _WORTH_MARKING * max(len(left), len(right)):
        return SplitRow(Cell(before.kind, before.before, left), Cell(after.kind, after.after, right))
    return SplitRow(
        Cell(before.kind, before.before, *_cut(left, head, tail)),
        Cell(after.kind, after.after, *_cut(right, head, tail)),
    )


def _count_equal(left: str, right: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def _cut(text: str, head: int, tail: int) -> tuple[str, str, str]:
    end = len(text) - tail
    return text[:head], text[head:end], text[end:]
