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
    """A page, cut where something stands that belongs to one answer alone."""

    slot: Slot
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneTime:
    """What is in a page for one answer alone: the nonce of its scripts, and the token of its forms."""

    nonce: str
    token: str


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
        return one_time.nonce.join(one_time.token.join(piece.split("\0")) for piece in kept.pieces)

    def keep(self, slot: Slot, html: str, one_time: OneTime) -> None:
        """Keep the page in place of an older one; of too many the oldest goes."""
        if "\0" in html or not one_time.token:
            return
        pieces = tuple(html.replace(one_time.token, "\0").split(one_time.nonce))
        with self._lock:
            self._pages[slot.key] = _KeptPage(slot, pieces)
            self._pages.move_to_end(slot.key)
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def find_slot(connection: Connection) -> Slot | None:
    """Return where the page of this request is to be kept, if it may be."""
    slot = connection.scope["state"].get(SLOT_KEY)
    return slot if isinstance(slot, Slot) else None
