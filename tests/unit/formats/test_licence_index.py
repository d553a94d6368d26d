# SPDX-License-Identifier: Apache-2.0
"""Licences of the SPDX list: each is recognised, and prose and code are not taken for one."""

import random
import sys
import textwrap
import tracemalloc
from collections.abc import Iterator

import pytest

from atr.formats.licence_index import LIST_VERSION, find_licences, load_index
from tests.support.licence_texts import BSD, FOURTH, ISC, MIT, THIRD

NAMES = ("2019", "The Example Authors", "Example Foundation, Inc.", "the Widget Factory", "Anna O'Neil")


def write_text(group: int, names: random.Random) -> str:
    """Return the words of a licence, with names where names are to be filled in."""
    index = load_index()
    words = dict(zip(index.vocabulary.values(), index.vocabulary, strict=True))
    tokens = index.tokens[index.bounds[group] : index.bounds[group + 1]]
    return " ".join(words.get(token) or names.choice(NAMES) for token in tokens)


def as_comment(text: str) -> str:
    return "/*\n" + textwrap.indent(textwrap.fill(text, 70), " * ") + "\n */\nint main;\n"


def in_capitals(text: str) -> str:
    return f"Copyright (c) 2001-2026 Somebody\nAll rights reserved.\n\n{textwrap.fill(text.upper(), 55)}\n"


def with_windows_lines(text: str) -> str:
    return "\ufeff\f\r\n" + textwrap.fill(text, 80).replace("\n", "\r\n")


def in_batch_file(text: str) -> str:
    return textwrap.indent(textwrap.fill(text, 60), "REM ")


CHANGES = (as_comment, in_capitals, with_windows_lines, in_batch_file)


def list_missed(turn: int) -> Iterator[str]:
    """Yield the licences that are not recognised after a change, another one for each in turn."""
    names = random.Random(turn)
    for group, ids in enumerate(load_index().groups):
        found = find_licences(CHANGES[(group + turn) % len(CHANGES)](write_text(group, names)))
        if not any(match.ids == ids for match in found):
            yield f"{ids[0]}: {[match.id for match in found]}"


@pytest.mark.usefixtures("volume")
@pytest.mark.parametrize("turn", [0, 1])
def test_every_licence_of_the_list_is_recognised_as_itself(turn: int) -> None:
    assert list(list_missed(turn)) == []


def test_the_list_is_the_one_that_is_recorded() -> None:
    index = load_index()
    assert index.version == LIST_VERSION
    assert len(index.names) == 727
    assert sum(map(len, index.groups)) == 727


def test_no_two_entries_have_the_same_words() -> None:
    index = load_index()
    texts = [
        index.tokens[begin:end].tobytes() for begin, end in zip(index.bounds, index.bounds[1:], strict=False)
    ]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("GPL-2.0-only", {"GPL-2.0-or-later", "GPL-2.0", "GPL-2.0+"}),
        ("MPL-2.0", {"MPL-2.0-no-copyleft-exception"}),
        ("OFL-1.1", {"OFL-1.1-RFN", "OFL-1.1-no-RFN"}),
        ("SMLNJ", {"StandardML-NJ"}),
        ("MIT", set()),
    ],
)
def test_licences_with_the_same_text_are_one_entry_named_by_the_id_in_use(
    group: str, expected: set[str]
) -> None:
    (ids,) = [ids for ids in load_index().groups if ids[0] == group]
    assert set(ids) == expected | {group}


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (MIT, "MIT"),
        (MIT.replace("“", '"').replace("”", '"'), "MIT"),
        (BSD.format(clause=""), "BSD-2-Clause"),
        (BSD.format(clause=THIRD), "BSD-3-Clause"),
        (BSD.format(clause=f"{FOURTH}\n{THIRD}"), "BSD-4-Clause-UC"),
        (ISC, "ISC"),
        (
            MIT.replace("THE SOFTWARE IS", "The Software shall be used for Good, not Evil. THE SOFTWARE IS"),
            "JSON",
        ),
    ],
)
def test_texts_as_people_write_them_are_told_apart(text: str, licence: str) -> None:
    assert [match.id for match in find_licences(f"Copyright 2011 Somebody\n{text}")] == [licence]


def test_texts_one_after_the_other_are_all_found_in_order() -> None:
    text = "\n----\n".join(["jquery", MIT, "protobuf", BSD.format(clause=THIRD), "d3", ISC, "lodash", MIT])
    found = find_licences(text)
    assert [match.id for match in found] == ["MIT", "BSD-3-Clause", "ISC", "MIT"]
    assert [match.start for match in found] == sorted(match.start for match in found)


def test_the_place_of_a_text_is_told() -> None:
    prose = "What follows is under the licence of its authors, and is used with thanks.\n"
    (match,) = find_licences(prose + MIT + prose)
    assert match.start >= len(prose)
    assert text_at(prose + MIT + prose, match.start).startswith("Permission is hereby granted")
    assert match.end <= len(prose + MIT)
    assert match.coverage > 0.9


def text_at(text: str, start: int) -> str:
    return text[start:].lstrip()


PROSE = """
The release manager asks everybody to look at the candidate, to read the licence files, and to vote.
Permission to publish is granted by three votes; nothing in this text puts anything under the MIT
license or any other. Copies of the software are distributed in source and binary forms, with or
without modification, by mirrors all over the world, and no warranty is given by those who write
about it.
"""
CODE = """
def check_licence(path, text):
    '''Return whether the licence is one that may be redistributed, without warranty of any kind.'''
    if "Redistribution and use in source" in text or "Permission is hereby granted" in text:
        return known(path)
    raise PermissionError("this software is provided as is")
"""


@pytest.mark.parametrize("text", [PROSE, CODE, PROSE * 20, CODE * 40, "", "license", MIT[:300], "\0" * 5000])
def test_prose_and_code_about_licences_are_no_licence(text: str) -> None:
    assert find_licences(text) == ()


def test_half_a_licence_is_none() -> None:
    words = BSD.format(clause=THIRD).split()
    assert find_licences(" ".join(words[: len(words) // 2])) == ()


def test_capitals_that_become_two_letters_shift_nothing() -> None:
    (match,) = find_licences("İ" * 200 + "\n" + MIT)
    assert match.start == 202


def test_the_index_is_small_in_memory() -> None:
    load_index.cache_clear()
    tracemalloc.start()
    load_index()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 15 * 1024 * 1024
    assert sys.getsizeof(load_index().anchors) < 2 * 1024 * 1024
