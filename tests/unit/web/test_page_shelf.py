# SPDX-License-Identifier: Apache-2.0
"""Pages kept for a moment, and how they are squeezed."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies

from atr.domain.people import ANONYMOUS
from atr.web.page_shelf import LONGEST, MOST_PAGES, OneTime, PageKey, PageShelf, Slot
from atr.web.squeezing import squeeze

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SLOT = Slot(PageKey("/", b"", ANONYMOUS, ()), "a", NOW)
FIRST, SECOND = OneTime("nonce-1", "token-1", "copy-1"), OneTime("nonce-2", "token-2", "copy-2")
HTML = "<script nonce=nonce-1></script><input value=token-1><input value=copy-1><script nonce=nonce-1>"


def keep(html: str = HTML) -> PageShelf:
    shelf = PageShelf()
    shelf.keep(SLOT, html, FIRST)
    return shelf


def test_a_page_comes_back_with_what_belongs_to_the_answer() -> None:
    assert keep().find(SLOT, FIRST) == HTML
    assert keep().find(SLOT, SECOND) == HTML.replace("-1", "-2")


@pytest.mark.parametrize(
    "other",
    [
        replace(SLOT, state="b"),
        replace(SLOT, key=replace(SLOT.key, query=b"n=1")),
        replace(SLOT, begun_at=NOW + LONGEST),
        replace(SLOT, begun_at=NOW - timedelta(seconds=1)),
    ],
)
def test_a_page_is_not_shown_for_anything_else(other: Slot) -> None:
    assert keep().find(other, SECOND) is None


def test_without_a_token_no_page_is_shown_or_kept() -> None:
    bare, shelf = OneTime("nonce-2", "", "copy-2"), PageShelf()
    shelf.keep(SLOT, HTML, bare)
    assert shelf.find(SLOT, FIRST) is None
    assert keep().find(SLOT, bare) is None


def test_a_page_that_could_be_cut_wrongly_is_not_kept() -> None:
    assert keep("<p>\0</p>").find(SLOT, FIRST) is None


def test_of_too_many_pages_the_oldest_goes() -> None:
    shelf = keep()
    others = [replace(SLOT, key=replace(SLOT.key, path=f"/{number}")) for number in range(MOST_PAGES)]
    for each in others:
        shelf.keep(each, HTML, FIRST)
    assert shelf.find(SLOT, FIRST) is None
    assert all(shelf.find(each, FIRST) for each in others)


@given(strategies.binary(max_size=5_000))
def test_what_is_squeezed_comes_out_again(body: bytes) -> None:
    assert gzip.decompress(squeeze(body)) == body


def test_the_length_does_not_tell_how_well_it_was_squeezed() -> None:
    assert len({len(squeeze(b"the same" * 300)) for _ in range(50)}) > 10
