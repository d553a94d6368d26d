# SPDX-License-Identifier: Apache-2.0
"""A checklist in Markdown as things to tick."""

import pytest
from hypothesis import given, strategies

from atr.domain.checklist import (
    MOST_CHECKLIST_ITEMS,
    ChecklistPart,
    list_items,
    name_item,
    read_checklist,
)


@pytest.mark.parametrize("mark", ["-", "*", "+", "1.", "1)", "- [ ]", "1. [x]"])
def test_each_item_of_a_list_can_be_ticked_whatever_its_mark(mark: str) -> None:
    read = read_checklist(f"{mark} Run `atr verify`.\n{mark} Build it.")
    assert read == (ChecklistPart("Run `atr verify`.", 1), ChecklistPart("Build it.", 2))
    assert [part.name for part in read] == ["checklist.1", "checklist.2"]


def test_words_before_between_and_after_stay_words() -> None:
    text = "# Before\nPlease do:\n\n- one\n\nThen:\n\n1. two\n\nThanks!"
    assert read_checklist(text) == (
        ChecklistPart("# Before\nPlease do:"),
        ChecklistPart("one", 1),
        ChecklistPart("Then:"),
        ChecklistPart("two", 2),
        ChecklistPart("Thanks!"),
    )
    assert [part.text for part in list_items(text)] == ["one", "two"]


def test_an_item_goes_on_over_several_lines_and_blocks() -> None:
    text = (
        "1. Unpack it,\nand\n   build it.\n\n   Take JDK 17.\n\n   ```\n   - mvn verify\n   ```\n2. Read it."
    )
    first, second = read_checklist(text)
    assert first.text == "Unpack it,\nand\nbuild it."
    assert first.more == "Take JDK 17.\n\n```\n- mvn verify\n```"
    assert second == ChecklistPart("Read it.", 2)


def test_items_within_items_are_items_of_their_own() -> None:
    text = "- Signatures\n  - of the source\n    * by hand\n  - of the binaries\n- Tests\n\n  on Windows"
    assert [(part.text, part.depth, part.more) for part in read_checklist(text)] == [
        ("Signatures", 0, ""),
        ("of the source", 1, ""),
        ("by hand", 2, ""),
        ("of the binaries", 1, ""),
        ("Tests", 0, "on Windows"),
    ]


def test_what_only_looks_like_a_list_is_left_alone() -> None:
    text = "* * *\n\n---\n\n```\n- in a fence\n```\n\n    - in code\n\n-no space\n1234567890. too long"
    assert read_checklist(text) == (ChecklistPart(text),)


def test_a_heading_or_a_fence_ends_a_list_at_once() -> None:
    assert read_checklist("- one\n## Next\n- two\n~~~\n- code\n~~~ no end\n~~~~") == (
        ChecklistPart("one", 1),
        ChecklistPart("## Next"),
        ChecklistPart("two", 2),
        ChecklistPart("~~~\n- code\n~~~ no end\n~~~~"),
    )


def test_words_of_an_outer_item_after_an_inner_one_are_words() -> None:
    read = read_checklist("- outer\n  - inner\n\n  and on\n- next")
    assert [(part.text, part.number) for part in read] == [
        ("outer", 1),
        ("inner", 2),
        ("and on", 0),
        ("next", 3),
    ]


def test_more_items_than_a_ballot_can_hold_are_words() -> None:
    text = "\n".join(f"- item {number}\n\n  more" for number in range(MOST_CHECKLIST_ITEMS + 2))
    read = read_checklist(text)
    assert len(list_items(text)) == MOST_CHECKLIST_ITEMS
    assert read[-1] == ChecklistPart(f"- item {MOST_CHECKLIST_ITEMS + 1}\n\nmore")


def test_an_empty_checklist_has_no_parts() -> None:
    assert read_checklist("") == read_checklist(" \n\n") == ()
    assert name_item(7) == "checklist.7"


@given(strategies.text(alphabet="-*+1.) \n`~#>ax[]\t", max_size=80))
def test_whatever_is_written_no_letter_is_lost(text: str) -> None:
    read = read_checklist(text)
    letters = "".join(part.text + part.more for part in read)
    assert letters.count("a") == text.count("a")
    assert [part.number for part in read if part.number] == list(range(1, len(list_items(text)) + 1))
