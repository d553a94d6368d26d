# SPDX-License-Identifier: Apache-2.0
"""The audit trail."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, Self

from atr.domain.event import Event
from atr.domain.names import ProductKey, ProjectKey, Version
from atr.ports.repositories.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events to list; None means any, and `family` what stands before the dot in their names."""

    project: ProjectKey | None = None
    product: ProductKey | None = None
    version: Version | None = None
    actor: str | None = None
    activity: str | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    except_names: tuple[str, ...] = ()
    family: str = ""

    def within(
        self,
        project: ProjectKey | None = None,
        product: ProductKey | None = None,
        version: Version | None = None,
    ) -> Self:
        """Return the same filter for one project, product line or release alone."""
        return replace(self, project=project, product=product, version=version)


class Events(Protocol):
    """Events; only ever added."""

    def append(self, event: Event) -> Event:
        """Add the event; return it with its sequence number."""

    def list(self, which: EventFilter, page: PageRequest) -> Page[Event]:
        """Return events, newest first."""

    def find_newest(self, which: EventFilter) -> int:
        """Return the sequence number of the newest matching event; 0 when there is none."""
