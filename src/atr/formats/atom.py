# SPDX-License-Identifier: Apache-2.0
"""Atom feeds (RFC 4287), and ids in them that stay the same for ever (tag: URIs, RFC 4151)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/atom+xml"
# What XML 1.0 cannot hold, however it is written (section 2.2).
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNFIT_FOR_AUTHORITY = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class AtomLink:
    """Where an entry or a feed is to be had in one form."""

    rel: str
    href: str
    media_type: str


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry; `summary` is plain text, `categories` are words to sort by."""

    id: str
    title: str
    updated_at: datetime
    published_at: datetime
    summary: str
    links: tuple[AtomLink, ...]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """A feed, its newest entry first; `began_at` is when it was updated last while it has no entry."""

    id: str
    title: str
    author: str
    began_at: datetime
    links: tuple[AtomLink, ...]
    entries: tuple[AtomEntry, ...]

    @property
    def updated_at(self) -> datetime:
        """Return when something in it changed last."""
        return max((each.updated_at for each in self.entries), default=self.began_at)


def make_tag(host: str, since: datetime, name: str) -> str:
    """Return the tag: URI of something, by the host and a day since when the thing is there."""
    authority = _UNFIT_FOR_AUTHORITY.sub("-", host.lower()) or "localhost"
    return f"tag:{authority},{since.astimezone(UTC):%Y-%m-%d}:{name}"


def write_feed(feed: AtomFeed) -> bytes:
    """Return the feed as a document; the same feed always gives the same bytes."""
    return ("\n".join(_list_lines(feed)) + "\n").encode()


def _list_lines(feed: AtomFeed) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
    yield _write("id", feed.id)
    yield _write("title", feed.title)
    yield _write_moment("updated", feed.updated_at)
    yield f"<author>{_write('name', feed.author)}</author>"
    yield _write("generator", "ATR")
    yield from map(_write_link, feed.links)
    for entry in feed.entries:
        yield "<entry>"
        yield from _list_entry_lines(entry)
        yield "</entry>"
    yield "</feed>"


def _list_entry_lines(entry: AtomEntry) -> Iterable[str]:
    yield _write("id", entry.id)
    yield _write("title", entry.title)
    yield _write_moment("published", entry.published_at)
    yield _write_moment("updated", entry.updated_at)
    yield from map(_write_link, entry.links)
    yield from (f"<category term={quoteattr(_clean(word))}/>" for word in entry.categories)
    yield _write("summary", entry.summary)


def _write(element: str, text: str) -> str:
    return f"<{element}>{escape(_clean(text))}</{element}>"


def _write_moment(element: str, at: datetime) -> str:
    return _write(element, f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")


def _write_link(link: AtomLink) -> str:
    return f"<link rel={quoteattr(link.rel)} type={quoteattr(link.media_type)} href={quoteattr(link.href)}/>"


def _clean(text: str) -> str:
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text)
