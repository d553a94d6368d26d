# SPDX-License-Identifier: Apache-2.0
"""What a waiver would accept, shown before anybody makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from atr.domain.check import Severity, Waiver
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.release import Release
from atr.domain.verdict import PlacedFinding
from atr.domain.version_range import ANY_VERSION, VersionRange
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Place, Query, Work
from atr.services.projects import find_project
from atr.services.waivers import refuse_faulty_waiver
from atr.services.waivers_in_force import list_waivers_in_force

_MOST_CANDIDATES = 100
_MOST_RELEASED = 10
_MOST_SHOWN = 200
_NOBODY: Final = UserId("nobody")


@dataclass(frozen=True, slots=True)
class WaiverMatch:
    """The findings of one release that a waiver would match: the first of them, and how many there are."""

    release: ReleaseKey
    phase: Phase
    revision: int
    findings: tuple[PlacedFinding, ...]
    counts: Mapping[Severity, int]

    @property
    def total(self) -> int:
        """Return how many findings match."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class WaiverPreview:
    """What a waiver would match, by release; releases without a match are there too."""

    matches: tuple[WaiverMatch, ...]

    @property
    def total(self) -> int:
        """Return how many findings match in all."""
        return sum(each.total for each in self.matches)

    @property
    def needs_second_person(self) -> bool:
        """Tell whether some of them only count once somebody else has confirmed the waiver."""
        return any(
            severity.is_grave for each in self.matches for severity, count in each.counts.items() if count
        )


@dataclass(frozen=True, slots=True)
class PreviewWaiver(Query[WaiverPreview]):
    """Which findings of open candidates and of the newest releases a waiver would match."""

    project: ProjectKey
    rule: str
    paths: tuple[str, ...]
    versions: VersionRange = ANY_VERSION

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def answer(self, work: Work) -> WaiverPreview:
        """Return the matches; raise NotFound, or Invalid for what could not be kept as a waiver."""
        find_project(work, self.project)
        refuse_faulty_waiver(work, self.rule, self.paths)
        waiver = Waiver(0, self.rule, self.paths, "", _NOBODY, work.now, versions=self.versions)
        releases = self._list_releases(work)
        included = list_waivers_in_force(work, releases, {self.project: (waiver,)})
        keys = [key for key, waivers in included.items() if waivers]
        placed = work.unit.findings.list_placed(keys, (self.rule,)) if keys else {}
        return WaiverPreview(
            tuple(
                _match_release(each, waiver, placed.get(each.key, ()))
                for each in releases
                if each.key in keys
            )
        )

    def _list_releases(self, work: Work) -> tuple[Release, ...]:
        candidates = ReleaseFilter(stage=Stage.CANDIDATE, project=self.project)
        released = ReleaseFilter(phase=Phase.RELEASED, project=self.project)
        return (
            *work.unit.releases.list(candidates, PageRequest(_MOST_CANDIDATES)).items,
            *work.unit.releases.list(released, PageRequest(_MOST_RELEASED)).items,
        )


def _match_release(release: Release, waiver: Waiver, placed: tuple[PlacedFinding, ...]) -> WaiverMatch:
    matching = [each for each in placed if waiver.names(each)]
    counts = {severity: sum(each.severity is severity for each in matching) for severity in Severity}
    number = release.shown_revision
    return WaiverMatch(release.key, release.phase, number, tuple(matching[:_MOST_SHOWN]), counts)
