# SPDX-License-Identifier: Apache-2.0
"""What somebody looks for in the audit trail, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from atr.domain.errors import Invalid, Problem
from atr.domain.names import parse_place
from atr.ports.repositories.events import EventFilter
from atr.web.fields import is_day, read_day

EVENTS_PATH = "/events"
FIELDS = ("q", "subject", "actor", "activity", "since", "until")


@dataclass(frozen=True, slots=True)
class EventSearch:
    """A search as it was typed; `cursor` is where the list goes on."""

    values: Mapping[str, str]
    cursor: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything was asked for."""
        return any(self.values.values())

    def make_filter(self) -> EventFilter:
        """Return what it asks for; raise Invalid with every field that cannot be read."""
        problems: list[Problem] = []
        since, until = (self._read_moment(name, problems) for name in ("since", "until"))
        place = self._read_place(problems)
        if problems:
            raise Invalid(*problems)
        return replace(
            place,
            actor=self.values["actor"] or None,
            activity=self.values["activity"] or None,
            since=since,
            # A day is meant to be included.
            until=until + timedelta(days=1) if until and is_day(self.values["until"]) else until,
            text=self.values["q"],
        )

    def locate(self, cursor: str = "") -> str:
        """Return the address of the same search, from the cursor on."""
        given = {name: value for name, value in {**self.values, "cursor": cursor}.items() if value}
        return f"{EVENTS_PATH}?{urlencode(given)}" if given else EVENTS_PATH

    def locate_export(self, form: str) -> str:
        """Return the address of everything that matches, as a file of that form."""
        given = {name: value for name, value in self.values.items() if value}
        return f"{EVENTS_PATH}/export?{urlencode({'format': form, **given})}"

    def _read_moment(self, name: str, problems: list[Problem]) -> datetime | None:
        try:
            return read_day(name, self.values[name])
        except Invalid as error:
            problems += error.problems
            return None

    def _read_place(self, problems: list[Problem]) -> EventFilter:
        text = self.values["subject"].strip("/")
        try:
            return EventFilter(*parse_place(text)) if text else EventFilter()
        except Invalid:
            problems.append(Problem("subject", "Write PROJECT[/PRODUCT] or PROJECT[/PRODUCT]/VERSION."))
            return EventFilter()


def read_search(query: Mapping[str, str]) -> EventSearch:
    """Return the search of an address."""
    return EventSearch({name: query.get(name, "").strip() for name in FIELDS}, query.get("cursor", ""))
