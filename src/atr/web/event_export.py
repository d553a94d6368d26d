# SPDX-License-Identifier: Apache-2.0
"""The audit trail as a file: every event that matches, newest first, sent while it is read."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from litestar.response import Stream

from atr.domain.people import Actor
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest
from atr.schema.wire import format_time
from atr.services.door import Door
from atr.services.events import EventView, ListEvents

COLUMNS = (
    "sequence",
    "at",
    "actor",
    "actor_name",
    "role",
    "activity",
    "name",
    "subject_kind",
    "subject",
    "project",
    "product",
    "version",
    "details",
)
# A cell that begins like this is a formula to a spreadsheet (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportFormat(StrEnum):
    """How the file is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


_MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON_LINES: "application/jsonl; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class EventExport:
    """Who wants which events; rights are asked for with every page of them."""

    door: Door
    actor: Actor
    which: EventFilter
    format: ExportFormat

    def send(self) -> Stream:
        """Return the file; raise Denied, NotSignedIn or NotFound before its first byte."""
        first = self._read_page(None)
        headers = {
            "content-disposition": f'attachment; filename="events.{self.format}"',
            "content-type": _MEDIA_TYPES[self.format],
            "cache-control": "no-store",
        }
        return Stream(self._write(first), headers=headers)

    def _read_page(self, cursor: str | None) -> Page[EventView]:
        return self.door.ask(self.actor, ListEvents(self.which, PageRequest(MOST_ITEMS, cursor)))

    def _write(self, page: Page[EventView]) -> Iterator[bytes]:
        write = write_csv if self.format is ExportFormat.CSV else write_lines
        if self.format is ExportFormat.CSV:
            yield (",".join(COLUMNS) + "\r\n").encode()
        yield write(page.items)
        while page.next is not None:
            page = self._read_page(page.next)
            yield write(page.items)


def write_csv(views: tuple[EventView, ...]) -> bytes:
    """Return the events as rows of a spreadsheet (RFC 4180), details as JSON in one cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    for view in views:
        row = _describe(view)
        row["details"] = json.dumps(row["details"], ensure_ascii=False)
        writer.writerow([_disarm(row[name]) for name in COLUMNS])
    return text.getvalue().encode()


def write_lines(views: tuple[EventView, ...]) -> bytes:
    """Return the events as one JSON object a line."""
    return "".join(json.dumps(_describe(view), ensure_ascii=False) + "\n" for view in views).encode()


def _describe(view: EventView) -> dict[str, object]:
    event, subject = view.event, view.event.subject
    details: Mapping[str, object] = event.details
    return {
        "sequence": event.sequence,
        "at": format_time(event.at),
        "actor": event.actor,
        "actor_name": view.actor_name,
        "role": event.role,
        "activity": event.activity,
        "name": event.name,
        "subject_kind": subject.kind,
        "subject": subject.name,
        "project": subject.project,
        "product": subject.product,
        "version": subject.version,
        "details": dict(details),
    }


def _disarm(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
