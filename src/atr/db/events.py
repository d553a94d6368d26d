# SPDX-License-Identifier: Apache-2.0
"""The audit trail in the database, read newest first by sequence number."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select

from atr.db.tables.events import events
from atr.domain.errors import Invalid
from atr.domain.event import Event, EventDetail, Subject
from atr.domain.names import ProductKey, ProjectKey, Version
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest

# The same characters part words in the column `words`.
_PARTING = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_MOST_WORDS = 10
_MOST_DIGITS = 18


class EventRows:
    """Events; only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: Event) -> Event:
        """Add the event; return it with its sequence number."""
        added = insert(events).values(_write_event(event)).returning(events.c.sequence)
        return replace(event, sequence=self._connection.execute(added).scalar_one())

    def list(self, which: EventFilter, page: PageRequest) -> Page[Event]:
        """Return events, newest first."""
        limit = min(max(page.limit, 1), MOST_ITEMS)
        wanted = select(*(column for column in events.c if column.name != "words"))
        wanted = wanted.where(*_list_conditions(which)).order_by(events.c.sequence.desc())
        if page.after is not None:
            wanted = wanted.where(events.c.sequence < read_number_cursor(page.after))
        rows = self._connection.execute(wanted.limit(limit + 1)).mappings().all()
        found = tuple(map(_read_event, rows[:limit]))
        return Page(found, str(found[-1].sequence) if len(rows) > limit else None)

    def find_newest(self, which: EventFilter) -> int:
        """Return the sequence number of the newest matching event; 0 when there is none."""
        newest = select(events.c.sequence).where(*_list_conditions(which))
        return self._connection.scalar(newest.order_by(events.c.sequence.desc()).limit(1)) or 0


def _list_conditions(which: EventFilter) -> Iterator[ColumnElement[bool]]:
    for name in ("project", "product", "version", "actor", "activity", "name"):
        value = getattr(which, name)
        if value is not None:
            yield events.c[name] == value
    if which.family:
        yield events.c.name.startswith(f"{which.family}.", autoescape=True)
    if which.except_names:
        yield events.c.name.not_in(which.except_names)
    if which.since is not None:
        yield events.c.at >= which.since
    if which.until is not None:
        yield events.c.at < which.until
    words = find_words(which.text)
    if words is not None:
        yield events.c.words.op("@@")(words)


def find_words(text: str) -> ColumnElement[object] | None:
    """Return the search for beginnings of words that all occur; None when there are none."""
    words = [word for word in _PARTING.split(text) if word][:_MOST_WORDS]
    return func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words)) if words else None


def read_number_cursor(text: str) -> int:
    """Return the number after which a list goes on; raise Invalid for what no list gave out."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise Invalid.field("cursor", "This cursor was not made by the list: begin without one.")
    return int(text)


def _write_event(event: Event) -> dict[str, object]:
    return {
        "at": event.at,
        "actor": event.actor,
        "role": event.role,
        "activity": event.activity,
        "name": event.name,
        "subject_kind": event.subject.kind,
        "subject_name": event.subject.name,
        "project": event.subject.project,
        "product": event.subject.product,
        "version": event.subject.version,
        "details": {name: _write_detail(value) for name, value in event.details.items()},
    }


def _write_detail(value: EventDetail) -> object:
    return list(value) if isinstance(value, tuple) else value


def _read_event(stored: RowMapping) -> Event:
    details = {name: _read_detail(value) for name, value in stored["details"].items()}
    return Event(
        at=stored["at"],
        actor=stored["actor"],
        role=stored["role"],
        activity=stored["activity"],
        name=stored["name"],
        subject=_read_subject(stored),
        details=details,
        sequence=stored["sequence"],
    )


def _read_subject(stored: RowMapping) -> Subject:
    return Subject(
        kind=stored["subject_kind"],
        name=stored["subject_name"],
        project=ProjectKey(stored["project"]) if stored["project"] else None,
        product=ProductKey(stored["product"]) if stored["product"] else None,
        version=Version(stored["version"]) if stored["version"] else None,
    )


def _read_detail(value: str | int | list[str] | None) -> EventDetail:
    return tuple(value) if isinstance(value, list) else value
