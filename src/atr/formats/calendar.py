# SPDX-License-Identifier: Apache-2.0
"""Calendars of whole days for other programs to read (RFC 5545)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_LONGEST_LINE_BYTES = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something on one day; `uid` stays the same for ever, `remind_days` is how long before to remind."""

    uid: str
    day: date
    summary: str
    description: str
    url: str
    remind_days: int = 30


def write_calendar(name: str, events: Iterable[DayEvent], stamp: datetime) -> bytes:
    """Return the calendar; `stamp` is the moment in UTC at which it was written."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ATR//Key calendar//EN",
        f"X-WR-CALNAME:{_escape(name)}",
        *(line for event in events for line in _write_event(event, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in fold_line(line)).encode()


def fold_line(line: str) -> Iterator[str]:
    """Yield the line in pieces of at most 75 bytes, each but the first after a space (section 3.1)."""
    piece, size = "", 0
    for character in line:
        length = len(character.encode())
        if size + length > _LONGEST_LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece += character
        size += length
    yield piece


def _write_event(event: DayEvent, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escape(event.uid)}"
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escape(event.summary)}"
    yield f"DESCRIPTION:{_escape(event.description)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_escape(event.summary)}"
    yield f"TRIGGER:-P{event.remind_days}D"
    yield "END:VALARM"
    yield "END:VEVENT"


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)
