# SPDX-License-Identifier: Apache-2.0
"""Differences of texts as rows: each line once, what replaces what side by side, marked where it helps."""

from atr.domain.text_difference import compare_texts
from atr.web.pages.text_rows import cut_hunks, split_hunk, unify_hunk

OLD = ["same", "return value + 1", "gone", "end"]
NEW = ["same", "return value + 2", "end", "more"]


def test_lines_stand_below_each_other_with_their_numbers() -> None:
    (hunk,) = compare_texts(OLD, NEW)
    rows = [(row.before, row.after, row.sign, row.cell.head) for row in unify_hunk(hunk)]
    assert rows == [
        (1, 1, "", "same"),
        (2, None, "\N{MINUS SIGN}", "return value + "),
        (3, None, "\N{MINUS SIGN}", "gone"),
        (None, 2, "+", "return value + "),
        (4, 3, "", "end"),
        (None, 4, "+", "more"),
    ]


def test_what_was_replaced_stands_beside_what_replaces_it_with_the_difference_marked() -> None:
    (hunk,) = compare_texts(OLD, NEW)
    same, replaced, removed, _, added = split_hunk(hunk)
    assert same.before is not None
    assert same.after is not None
    assert (same.before.number, same.after.number) == (1, 1)
    assert replaced.before is not None
    assert replaced.after is not None
    assert (replaced.before.changed, replaced.after.changed) == ("1", "2")
    assert (removed.after, added.before) == (None, None)


def test_lines_with_little_in_common_are_not_marked() -> None:
    (hunk,) = compare_texts(["abcdefgh"], ["axyzvwut"])
    (row,) = split_hunk(hunk)
    assert row.before is not None
    assert (row.before.head, row.before.changed, row.before.tail) == ("abcdefgh", "", "")


def test_very_long_differences_are_cut() -> None:
    hunks = compare_texts([], [str(number) for number in range(30)])
    kept, cut = cut_hunks((*hunks, *hunks), most=40)
    assert [len(each.lines) for each in kept] == [30, 10]
    assert cut == 20
    assert cut_hunks((*hunks, *hunks), most=30) == (hunks, 30)
