# SPDX-License-Identifier: Apache-2.0
"""What counts in a licence text: the words, and not how they are set."""

import pytest

from atr.formats.licence_words import locate_words, plain_text, read_words, split_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1. Redistributions of\n2. Binaries", "* Redistributions of\n* Binaries"),
        ("(a) You must\n(iv) You may", "You must You may"),
        ("// This licence\n// is free", "this LICENSE is\r\nfree"),
        ("REM it is\nREM free", "it is free"),
        ("dnl it is\ndnl free", "it is free"),
        ("Copyright (c) 2010 Somebody\nYou may", "You may"),
        ("Copyright © 2010-2020 Somebody, Inc. All rights reserved.\nYou may", "You may"),
        ("# (C) 2010 Somebody\nYou may", "You may"),
        ("see https://example.org", "see http://example.org"),
        ("the “work”, as is", 'the "work", as is'),
        ("under_lined", "under lined"),
    ],
)
def test_how_it_is_set_makes_no_difference(one: str, other: str) -> None:
    assert split_words(one) == split_words(other)


@pytest.mark.parametrize(
    "text",
    [
        "copyright notice, this list of conditions",
        "Copyright 2010 Somebody, released under the MIT License",
        "Copyright 2010 Somebody. Permission is hereby granted",
    ],
)
def test_a_line_that_goes_on_with_the_licence_stays(text: str) -> None:
    assert split_words(text) == read_words(text)


def test_places_are_those_of_the_text() -> None:
    text = "Copyright 2010 Somebody\n  1. You MAY\n"
    found = locate_words(text)
    assert [
        text[start : start + len(word)].lower() for word, start in zip(found.words, found.starts, strict=True)
    ] == [
        "you",
        "may",
    ]


def test_nothing_gets_longer_or_shorter() -> None:
    text = "İ Copyright (c) 2010 İnan\nA licence, https://example.org\n"
    assert len(plain_text("İ licence")) == len("İ licence")
    assert plain_text(text).splitlines()[1].strip().startswith("a license")
