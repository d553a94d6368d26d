# SPDX-License-Identifier: Apache-2.0
"""What a search finds, on the wire."""

from pydantic import Field

from atr.schema.events import EventAnswer
from atr.schema.projects import ProjectItem
from atr.schema.releases import ReleaseItem
from atr.schema.wire import WireAnswer


class HeldRoleAnswer(WireAnswer):
    """A role that somebody holds in a project."""

    project: str
    role: str


class FoundPersonAnswer(WireAnswer):
    """Somebody whom a search found."""

    user: str
    name: str
    roles: tuple[HeldRoleAnswer, ...]


class SearchAnswer(WireAnswer):
    """The first few things of each kind that the words name."""

    q: str = Field(description="What was searched for, tidied.")
    kinds: tuple[str, ...] = Field(description="What you may search.")
    projects: tuple[ProjectItem, ...]
    releases: tuple[ReleaseItem, ...]
    people: tuple[FoundPersonAnswer, ...]
    events: tuple[EventAnswer, ...]
    more: tuple[str, ...] = Field(description="The kinds of which there is more than fits.")
