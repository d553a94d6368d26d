# SPDX-License-Identifier: Apache-2.0
"""Atom feeds (RFC 4287)."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree.ElementTree import fromstring

import pytest

from atr.formats.atom import MEDIA_TYPE, AtomEntry, AtomFeed, AtomLink, make_tag, write_feed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def make_feed(text: str = "a") -> AtomFeed:
    link = AtomLink("self", "https://example.org/?a=1&b=2", MEDIA_TYPE)
    entry = AtomEntry("tag:example.org,2026-03-01:a", text, NOON, NOON, text, (link,), (text,))
    return AtomFeed("tag:example.org,2026-01-01:b", text, text, NOON, (link,), (entry,))


@pytest.mark.parametrize("text", ["<b>&amp;\"'", "]]>", "a\x00\x0b\x1f\ufffeb", "\N{SNOWMAN}\U0001f600"])
def test_any_text_is_told_as_text(text: str) -> None:
    feed = fromstring(write_feed(make_feed(text)))  # ours
    told = feed.findtext(f"{ATOM}entry/{ATOM}title") or ""
    assert len(told) == len(text)
    assert told.isprintable()
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == told
    assert [each.get("term") for each in feed.iter(f"{ATOM}category")] == [told]


def test_an_empty_feed_was_updated_when_it_began() -> None:
    feed = AtomFeed("tag:example.org,2026-01-01:b", "t", "a", NOON, (), ())
    assert b"<updated>2026-03-01T12:00:00Z</updated>" in write_feed(feed)


@pytest.mark.parametrize(
    ("host", "tag"),
    [
        ("Releases.Example.ORG", "tag:releases.example.org,2026-03-01:x"),
        ("::1", "tag:-1,2026-03-01:x"),
        ("", "tag:localhost,2026-03-01:x"),
    ],
)
def test_a_tag_names_a_host_and_a_day_in_utc(host: str, tag: str) -> None:
    late = NOON.astimezone(timezone(timedelta(hours=13)))
    assert make_tag(host, late, "x") == tag
