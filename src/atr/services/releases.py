# SPDX-License-Identifier: Apache-2.0
"""Beginning a release, and finding releases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from atr.domain.errors import NotFound, Refused
from atr.domain.event import Subject
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ProductRef, ReleaseKey, Version
from atr.domain.permissions import Activity, Permission
from atr.domain.project import ProductLine, Project, ProjectStatus
from atr.domain.release import Release
from atr.domain.versions import rank_version
from atr.domain.vote import Round
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.checks_in_force import find_check_policy
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.products import find_product
from atr.services.projects import find_project


def find_release(work: Work, key: ReleaseKey) -> Release:
    """Return the release; raise NotFound."""
    release = work.unit.releases.find(key)
    if release is None:
        raise NotFound("release", key)
    return release


def explain_beginning(project: Project) -> tuple[str, ...]:
    """Return why no release of the project can be begun, whoever asks."""
    is_retired = project.status is ProjectStatus.RETIRED
    return (f"{project.name} is retired: it makes no more releases.",) if is_retired else ()


@dataclass(frozen=True, slots=True)
class CreateRelease(Command[Release]):
    """Begin the candidate of a version that the product line has never used."""

    line: ProductRef
    version: Version

    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the release that is going to be."""
        return Place.of_release(self.key)

    @property
    def key(self) -> ReleaseKey:
        """Return the key of the release."""
        return ReleaseKey(self.line.project, self.line.product, self.version)

    def carry_out(self, work: Work) -> Done[Release]:
        """Add the release; raise Invalid when the version does not fit the line's order, Conflict if used."""
        project = find_project(work, self.line.project)
        reasons = explain_beginning(project)
        if reasons:
            raise Refused(*reasons)
        line = find_product(work, self.line)
        rank_version(self.version, line.version_order)
        release = Release(
            self.key,
            Phase.COMPOSE,
            created_at=work.now,
            created_by=work.actor.label,
            phase_changed_at=work.now,
            package_managers=list_required_channels(work, line),
        )
        work.unit.releases.add(release)
        return Done(release, "release.created", Subject.of_release(self.key))


def list_required_channels(work: Work, line: ProductLine) -> tuple[ChannelKey, ...]:
    """Return where every release of the line has to go: what the line says, and what its policy adds.

    A release takes this over when it begins, is sealed, and is put to the vote; from then on it stays.
    """
    added = find_check_policy(work, line.ref).policy.required_channels
    return tuple(dict.fromkeys((*line.required_channels, *added)))


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """A release in a list, with the name of its project and the newest round of its vote."""

    release: Release
    project_name: str
    newest_round: Round | None


@dataclass(frozen=True, slots=True)
class ListReleases(Query[Page[ListedRelease]]):
    """Releases that match, the latest change of phase first."""

    which: ReleaseFilter = field(default_factory=ReleaseFilter)
    page: PageRequest = field(default_factory=PageRequest)

    def answer(self, work: Work) -> Page[ListedRelease]:
        """Return one page in a fixed number of queries; raise Invalid for a cursor of another list."""
        found = work.unit.releases.list(self.which, self.page)
        names = work.unit.projects.find_names({each.key.project for each in found.items})
        rounds = work.unit.votes.list_newest(each.key for each in found.items)
        items = (
            ListedRelease(each, names.get(each.key.project, each.key.project), rounds.get(each.key))
            for each in found.items
        )
        return Page(tuple(items), found.next)


def list_all_releases(work: Work, which: ReleaseFilter) -> Iterator[Release]:
    """Yield every matching release, read page by page."""
    cursor: str | None = None
    while True:
        page = work.unit.releases.list(which, PageRequest(MOST_ITEMS, cursor))
        yield from page.items
        cursor = page.next
        if cursor is None:
            return
