# SPDX-License-Identifier: Apache-2.0
"""Differences of texts: whatever was changed is told, and nothing else, in bounded time."""

from hypothesis import given, strategies

from atr.domain.text_difference import (
    MOST_EDITS,
    LineKind,
    TextHunk,
    compare_texts,
    reveal_hidden,
)

TEXTS = strategies.lists(strategies.sampled_from("abc"), max_size=14)


def write(hunks: tuple[TextHunk, ...]) -> list[str]:
    signs = {LineKind.SAME: " ", LineKind.ADDED: "+", LineKind.REMOVED: "-"}
    return ["".join(signs[line.kind] + line.text for line in hunk.lines) for hunk in hunks]


@given(before=TEXTS, after=TEXTS)
def test_both_texts_can_be_read_from_their_difference(before: list[str], after: list[str]) -> None:
    lines = [line for hunk in compare_texts(before, after, context=99) for line in hunk.lines]
    if before != after:
        assert [line.text for line in lines if line.kind is not LineKind.ADDED] == before
        assert [line.text for line in lines if line.kind is not LineKind.REMOVED] == after
        assert [line.before for line in lines if line.before] == list(range(1, len(before) + 1))
        assert [line.after for line in lines if line.after] == list(range(1, len(after) + 1))
    else:
        assert lines == []


@given(before=TEXTS, after=TEXTS)
def test_no_line_is_changed_that_could_stay(before: list[str], after: list[str]) -> None:
    lines = [line for hunk in compare_texts(before, after) for line in hunk.lines]
    changed = sum(line.kind is not LineKind.SAME for line in lines)
    table = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for x, left in enumerate(before):
        for y, right in enumerate(after):
            longer = max(table[x][y + 1], table[x + 1][y])
            table[x + 1][y + 1] = table[x][y] + 1 if left == right else longer
    assert changed == len(before) + len(after) - 2 * table[-1][-1]


def test_changes_stand_with_some_lines_around_and_near_ones_together() -> None:
    before = [*"0123456789abcdefghij"]
    after = [*"0123456789abcdefghij"]
    after[2], after[5], after[18] = "X", "Y", "Z"
    assert write(compare_texts(before, after, context=1)) == [" 1-2+X 3 4-5+Y 6", " h-i+Z j"]
    assert write(compare_texts(before, after)) == [" 0 1-2+X 3 4-5+Y 6 7 8", " f g h-i+Z j"]


def test_removed_lines_stand_before_those_that_replace_them() -> None:
    assert write(compare_texts([*"axxb"], [*"ayyb"])) == [" a-x-x+y+y b"]


def test_what_differs_in_too_many_places_counts_as_replaced() -> None:
    before = [f"old {number}" for number in range(MOST_EDITS)]
    after = ["new", *before[::-1]]
    (hunk,) = compare_texts(["same", *before], ["same", *after])
    assert hunk.lines[0].kind is LineKind.SAME
    assert [line.kind for line in hunk.lines[1:]] == [LineKind.REMOVED] * 400 + [LineKind.ADDED] * 401


def test_what_cannot_be_seen_is_shown() -> None:
    assert reveal_hidden("plain\ttext") == "plain\ttext"
    assert reveal_hidden("a\r\x00\x7f") == "a\u240d\u2400\u2421"
    assert reveal_hidden("if \u202eadmin\u2066") == "if [U+202E]admin[U+2066]"
