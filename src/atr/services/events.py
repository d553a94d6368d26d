# SPDX-License-Identifier: Apache-2.0
"""Reading the audit trail."""

from dataclasses import dataclass, field

from atr.domain.event import Event
from atr.domain.permissions import Activity, Permission
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import Page, PageRequest
from atr.services.door import Place, Query, Work
from atr.services.voter_names import find_voter_names


@dataclass(frozen=True, slots=True)
class EventView:
    """An event with the name of whoever acted, where there is one."""

    event: Event
    actor_name: str


@dataclass(frozen=True, slots=True)
class ListEvents(Query[Page[EventView]]):
    """Events, newest first: public for a project or a release, otherwise for those who may search all."""

    which: EventFilter
    page: PageRequest = field(default_factory=PageRequest)

    @property
    def permission(self) -> Permission:
        """Return what the reach of the search asks for."""
        if self.which.project is None:
            return Activity.SEARCH_ALL_EVENTS
        is_release = self.which.product is not None and self.which.version is not None
        return Activity.VIEW_RELEASE_EVENTS if is_release else Activity.VIEW_PROJECT_EVENTS

    @property
    def place(self) -> Place:
        """Return the project, product line or release that is looked at."""
        return Place(self.which.project, self.which.product, self.which.version)

    def answer(self, work: Work) -> Page[EventView]:
        """Return one page of events with the names of those who acted."""
        found = work.unit.events.list(self.which, self.page)
        return Page(name_actors(work, found.items), found.next)


def name_actors(work: Work, events: tuple[Event, ...]) -> tuple[EventView, ...]:
    """Return the events with the names of those who acted, found in few queries."""
    names = find_voter_names(work, (each.actor for each in events))
    return tuple(EventView(each, names.get(each.actor, each.actor)) for each in events)
