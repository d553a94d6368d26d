# SPDX-License-Identifier: Apache-2.0
"""Beginning a release, and finding releases."""

from dataclasses import dataclass, field
from typing import ClassVar

from atr.domain.errors import NotFound, Refused
from atr.domain.event import Subject
from atr.domain.lifecycle import Phase
from atr.domain.names import ProductRef, ReleaseKey, Version
from atr.domain.permissions import Activity, Permission
from atr.domain.project import ProductLine, ProjectStatus
from atr.domain.release import Release
from atr.domain.versions import rank_version
from atr.ports.repositories.paging import Page, PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Command, Done, Place, Query, Work


def find_release(work: Work, key: ReleaseKey) -> Release:
    """Return the release; raise NotFound."""
    release = work.unit.releases.find(key)
    if release is None:
        raise NotFound("release", key)
    return release


def find_line(work: Work, ref: ProductRef) -> ProductLine:
    """Return the product line; raise NotFound."""
    line = work.unit.products.find(ref)
    if line is None:
        raise NotFound("product line", ref)
    return line


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
        project = work.unit.projects.find(self.line.project)
        if project is not None and project.status is ProjectStatus.RETIRED:
            raise Refused(f"{project.name} is retired: it makes no more releases.")
        line = find_line(work, self.line)
        rank_version(self.version, line.version_order)
        release = Release(
            self.key,
            Phase.COMPOSE,
            created_at=work.now,
            created_by=work.actor.label,
            phase_changed_at=work.now,
            package_managers=line.required_channels,
        )
        work.unit.releases.add(release)
        return Done(release, "release.created", Subject.of_release(self.key))


@dataclass(frozen=True, slots=True)
class ListReleases(Query[Page[Release]]):
    """Releases that match, the latest change of phase first."""

    which: ReleaseFilter = field(default_factory=ReleaseFilter)
    page: PageRequest = field(default_factory=PageRequest)

    def answer(self, work: Work) -> Page[Release]:
        """Return one page."""
        return work.unit.releases.list(self.which, self.page)
