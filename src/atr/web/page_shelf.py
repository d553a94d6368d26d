# SPDX-License-Identifier: Apache-2.0
"""Pages that were made a moment ago, each with the state of the database that it was made from."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from atr.domain.people import Actor
from atr.web.parts import Connection

LONGEST = timedelta(seconds=1)
MOST_PAGES = 128
SLOT_KEY = "atr_page_slot"


@dataclass(frozen=True, slots=True)
class PageKey:
    """What a page is made from besides the database: where it is, for whom, and what the browser keeps."""

    path: str
    query: bytes
    actor: Actor
    cookies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a page goes that is about to be made, and the state of the database before that."""

    key: PageKey
    state: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class _KeptPage:
    """A page with marks where something stands that belongs to one answer alone."""

    slot: Slot
    html: str


@dataclass(frozen=True, slots=True)
class OneTime:
    """What belongs to one answer alone: the nonce of its scripts; the token of its forms, and its copy."""

    nonce: str
    token: str
    copy: str

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """Return each with the character that stands for it in a page that is kept."""
        return tuple(zip((self.nonce, self.token, self.copy), "\0\1\2", strict=True))


@dataclass(slots=True)
class PageShelf:
    """The pages made last; threads share it."""

    _pages: OrderedDict[PageKey, _KeptPage] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, slot: Slot, one_time: OneTime) -> str | None:
        """Return the page with what belongs to this answer, if it was made in this very state."""
        with self._lock:
            kept = self._pages.get(slot.key)
        if kept is None or not one_time.token or kept.slot.state != slot.state:
            return None
        if not timedelta() <= slot.begun_at - kept.slot.begun_at < LONGEST:
            return None
        html = kept.html
        for text, mark in one_time.marks:
            html = html.replace(mark, text)
        return html

    def keep(self, slot: Slot, html: str, one_time: OneTime) -> None:
        """Keep the page in place of an older one; of too many the oldest goes."""
        if not one_time.token or any(mark in html for _, mark in one_time.marks):
            return
        for text, mark in one_time.marks:
            html = html.replace(text, mark)
        with self._lock:
            self._pages[slot.key] = _KeptPage(slot, html)
            self._pages.move_to_end(slot.key)
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def find_slot(connection: Connection) -> Slot | None:
    """Return where the page of this request is to be kept, if it may be."""
    slot = connection.scope["state"].get(SLOT_KEY)
    return slot if isinstance(slot, Slot) else None
