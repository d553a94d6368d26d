# SPDX-License-Identifier: Apache-2.0
"""One search over projects, releases, people and events: whoever asks finds what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from atr.domain.people import ActorKind
from atr.domain.permissions import Activity, administers_foundation
from atr.domain.project import Project
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.people import FoundPerson
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Query, Work
from atr.services.events import EventView, name_actors
from atr.services.project_views import ProjectSummary, summarize_projects
from atr.services.releases import ListedRelease, ListReleases

LONGEST_TEXT = 200
SHORTEST_TEXT = 2  # a single letter begins nearly everything
MOST_FOUND = 50


class SearchKind(StrEnum):
    """What can be searched for."""

    PROJECTS = "projects"
    RELEASES = "releases"
    PEOPLE = "people"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; `open` are the kinds that the asker may search, `more` those with more to find."""

    text: str
    open: frozenset[SearchKind]
    projects: tuple[ProjectSummary, ...] = ()
    releases: tuple[ListedRelease, ...] = ()
    people: tuple[FoundPerson, ...] = ()
    events: tuple[EventView, ...] = ()
    more: frozenset[SearchKind] = field(default=frozenset())

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.projects or self.releases or self.people or self.events)


@dataclass(frozen=True, slots=True)
class Search(Query[Found]):
    """Everything that the words name, of each kind the first few, in a fixed number of queries.

    Projects and releases are public. People are found by those who signed in: those with a role, and everyone
    by those who keep the directory. Events are found by those who may search them all.
    """

    text: str
    limit: int = 5

    def answer(self, work: Work) -> Found:
        """Return it; nothing for fewer than two letters."""
        text = tidy_text(self.text)
        kinds = list_open_kinds(work)
        if len(text) < SHORTEST_TEXT:
            return Found(text, kinds)
        return _Finder(work, text, min(max(self.limit, 1), MOST_FOUND)).find(kinds)


def tidy_text(text: str) -> str:
    """Return what is searched for: single blanks between the words, and not too long."""
    return " ".join(text.split())[:LONGEST_TEXT].rstrip()


def list_open_kinds(work: Work) -> frozenset[SearchKind]:
    """Return what the asker may search."""
    kinds = {SearchKind.PROJECTS, SearchKind.RELEASES}
    if work.actor.kind is not ActorKind.ANONYMOUS:
        kinds.add(SearchKind.PEOPLE)
    if Activity.SEARCH_ALL_EVENTS in work.permitted:
        kinds.add(SearchKind.EVENTS)
    return frozenset(kinds)


@dataclass(frozen=True, slots=True)
class _Finder:
    """One search; each list reads one item more than it shows, to tell whether more follow."""

    work: Work
    text: str
    limit: int

    def find(self, kinds: frozenset[SearchKind]) -> Found:
        projects = rank_projects(self.work.unit.projects.list(None, self.text), self.text)
        page = PageRequest(self.limit)
        releases = ListReleases(ReleaseFilter(text=self.text), page).answer(self.work)
        people = self._find_people() if SearchKind.PEOPLE in kinds else ()
        events = self._find_events(self.limit + 1) if SearchKind.EVENTS in kinds else ()
        overfull = {
            SearchKind.PROJECTS: len(projects) > self.limit,
            SearchKind.RELEASES: releases.next is not None,
            SearchKind.PEOPLE: len(people) > self.limit,
            SearchKind.EVENTS: len(events) > self.limit,
        }
        return Found(
            text=self.text,
            open=kinds,
            projects=summarize_projects(self.work, projects[: self.limit]),
            releases=releases.items,
            people=people[: self.limit],
            events=events[: self.limit],
            more=frozenset(kind for kind, is_more in overfull.items() if is_more),
        )

    def _find_people(self) -> tuple[FoundPerson, ...]:
        everybody = administers_foundation(self.work.actor)
        return self.work.unit.people.search(self.text, self.limit + 1, unlisted=everybody)

    def _find_events(self, limit: int) -> tuple[EventView, ...]:
        found = self.work.unit.events.list(EventFilter(text=self.text), PageRequest(limit))
        return name_actors(self.work, found.items)


def rank_projects(projects: Sequence[Project], text: str) -> tuple[Project, ...]:
    """Return the projects whose name or key is meant at the front, then those that begin like it."""
    folded = text.casefold()

    def rank(project: Project) -> int:
        names = (str(project.key), project.name.casefold())
        if folded in names:
            return 0
        if any(name.startswith(folded) for name in names):
            return 1
        return 2 if any(folded in name for name in names) else 3

    return tuple(sorted(projects, key=rank))
