# SPDX-License-Identifier: Apache-2.0
"""What differs between two texts, line by line, within bounded time whatever the texts are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, takewhile

MOST_LINES = 5_000
MOST_EDITS = 400  # beyond, what lies between the equal ends counts as replaced
CONTEXT = 3
_HIDDEN = frozenset({0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)})
_FIRST_PICTURE = 0x2400
_DELETE = 0x7F


class LineKind(StrEnum):
    """What happened to a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line with its number on each side, counted from 1; None where it does not stand."""

    kind: LineKind
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class TextHunk:
    """Changed lines that stand together, with some equal ones around."""

    lines: tuple[TextLine, ...]


def compare_texts(
    before: Sequence[str], after: Sequence[str], context: int = CONTEXT
) -> tuple[TextHunk, ...]:
    """Return the changes in order, with `context` equal lines around each."""
    lines = tuple(_compare(before, after))
    changed = [index for index, line in enumerate(lines) if line.kind is not LineKind.SAME]
    return tuple(TextHunk(lines[start:end]) for start, end in _join_places(changed, context, len(lines)))


def reveal_hidden(text: str) -> str:
    """Return text in which control characters and marks of direction can be seen, tabs aside."""
    if text.isprintable():
        return text
    return "".join(map(_reveal, text))


def _reveal(character: str) -> str:
    code = ord(character)
    if code in _HIDDEN:
        return f"[U+{code:04X}]"
    if code < ord(" ") and character != "\t":
        return chr(_FIRST_PICTURE + code)
    return "\u2421" if code == _DELETE else character


def _join_places(changed: list[int], context: int, total: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where the hunks reach; changes that stand near each other share one."""
    start = end = -1
    for place in changed:
        if start < 0 or place - context > end:
            if start >= 0:
                yield start, end
            start = max(0, place - context)
        end = min(total, place + context + 1)
    if start >= 0:
        yield start, end


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[TextLine]:
    head = _count_equal(before, after)
    tail = _count_equal(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    for index in range(head):
        yield TextLine(LineKind.SAME, index + 1, index + 1, after[index])
    path = _find_path(old, new)
    for line in _replace_all(old, new) if path is None else _follow(path, old, new):
        yield TextLine(
            line.kind,
            None if line.before is None else line.before + head,
            None if line.after is None else line.after + head,
            line.text,
        )
    for index in range(tail, 0, -1):
        yield TextLine(LineKind.SAME, len(before) - index + 1, len(after) - index + 1, after[-index])


def _count_equal(left: Sequence[str], right: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def _replace_all(old: Sequence[str], new: Sequence[str]) -> Iterator[TextLine]:
    for index, text in enumerate(old, 1):
        yield TextLine(LineKind.REMOVED, index, None, text)
    for index, text in enumerate(new, 1):
        yield TextLine(LineKind.ADDED, None, index, text)


def _find_path(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return the points of the shortest way from one text to the other (Myers 1986), None when it is long."""
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        history.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(reach, diagonal, edits)
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= len(old) and y >= len(new):
                return _walk_back(history, len(old), len(new))
    return None


def _step(reach: dict[int, int], diagonal: int, edits: int) -> int:
    """Return how far the way comes on a diagonal: by a new line, or without an old one."""
    is_down = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
    return reach[diagonal + 1] if is_down else reach[diagonal - 1] + 1


def _walk_back(history: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """Return the points of the way, from the beginning on."""
    points = [(x, y)]
    for edits in range(len(history) - 1, 0, -1):
        reach, diagonal = history[edits], x - y
        came_down = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
        previous = diagonal + 1 if came_down else diagonal - 1
        start_x = reach[previous]
        after_edit = (start_x, start_x - diagonal) if came_down else (start_x + 1, start_x + 1 - diagonal)
        points += [after_edit, (start_x, start_x - previous)]
        x, y = start_x, start_x - previous
    points.append((0, 0))
    return points[::-1]


def _follow(points: list[tuple[int, int]], old: Sequence[str], new: Sequence[str]) -> Iterator[TextLine]:
    """Yield the lines along the way: straight steps change a line, diagonal ones keep it."""
    removed: list[TextLine] = []
    added: list[TextLine] = []
    for (x, y), (to_x, to_y) in pairwise(points):
        if to_x > x and to_y > y:
            yield from (*removed, *added)
            removed, added = [], []
            for index in range(to_x - x):
                yield TextLine(LineKind.SAME, x + index + 1, y + index + 1, new[y + index])
        elif to_x > x:
            removed.append(TextLine(LineKind.REMOVED, x + 1, None, old[x]))
        elif to_y > y:
            added.append(TextLine(LineKind.ADDED, None, y + 1, new[y]))
    yield from (*removed, *added)
