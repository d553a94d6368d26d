# SPDX-License-Identifier: Apache-2.0
"""What stands at a public coordinate: a file, the way to it, or a release as data."""

from dataclasses import dataclass, replace

from atr.domain.artifact import FileEntry, is_internal
from atr.domain.coordinates import METADATA_FILE, Coordinate, KeysCoordinate, Latest
from atr.domain.errors import NotFound
from atr.domain.keys_file import write_keys_file
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ProductRef, ReleaseKey, Version
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.domain.versions import find_latest
from atr.ports.blobs import BlobReader
from atr.services.door import Query, Work
from atr.services.products import find_product
from atr.services.projects import find_project
from atr.services.publications import find_published_stage
from atr.services.release_metadata import render_metadata
from atr.services.releases import find_release

_LATEST_PHASES = {
    # What is on its way out is downloadable by its version, but nobody's latest release yet.
    Stage.CURRENT: frozenset({Phase.RELEASED}),
    Stage.CANDIDATE: frozenset(phase for phase in Phase if phase.stage is Stage.CANDIDATE),
    Stage.ARCHIVED: frozenset({Phase.ARCHIVED, Phase.END_OF_LIFE}),
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to send; `is_final` says that these bytes stay at this place."""

    entry: FileEntry
    reader: BlobReader
    is_final: bool


@dataclass(frozen=True, slots=True)
class Metadata:
    """A release as data."""

    release: Release
    data: bytes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The place where what was asked for stands now; `may_change` when it is only the latest."""

    coordinate: Coordinate
    may_change: bool


Download = StoredFile | Metadata | Elsewhere


@dataclass(frozen=True, slots=True)
class FindDownload(Query[Download]):
    """What a public coordinate stands for."""

    coordinate: Coordinate

    def answer(self, work: Work) -> Download:
        """Return it; raise NotFound for what is not offered, or no longer."""
        place = self.coordinate
        if isinstance(place.version, Latest):
            return Elsewhere(replace(place, version=_find_latest(work, place)), may_change=True)
        key = ReleaseKey(place.project, place.product, place.version)
        release = find_release(work, key)
        stage = find_offered_stage(release)
        if stage is None:
            raise NotFound("file at", place.path)
        if stage is not place.stage:
            return Elsewhere(replace(place, stage=stage), may_change=True)
        if place.file is None or place.file == METADATA_FILE:
            return _render_release(work, release)
        entry = work.unit.revisions.find_file(key, release.shown_revision, place.file)
        if entry is None or is_internal(entry.path):
            raise NotFound("file", place.path)
        return StoredFile(entry, _open_file(work, place, entry), is_final=stage is Stage.CURRENT)


def find_offered_stage(release: Release) -> Stage | None:
    """Return under which stage the release is offered; None for what was revoked or given up."""
    return Stage.CANDIDATE if release.stage is Stage.CANDIDATE else find_published_stage(release)


def _find_latest(work: Work, place: Coordinate) -> Version:
    line = find_product(work, ProductRef(place.project, place.product))
    versions = work.unit.releases.list_versions(line.ref, _LATEST_PHASES[place.stage])
    latest = find_latest(versions, line.version_order)
    if latest is None:
        raise NotFound(f"{place.stage} release of", line.ref)
    return latest


def _open_file(work: Work, place: Coordinate, entry: FileEntry) -> BlobReader:
    if place.stage is Stage.CANDIDATE:
        return work.around.blobs.open(entry.content.sha512)
    return work.around.published.open(place)


def _render_release(work: Work, release: Release) -> Metadata:
    project, line = find_project(work, release.key.project), find_product(work, release.key.line)
    found = work.unit.revisions.find(release.key, release.shown_revision)
    revision = found or Revision(release.key, 0, (), release.created_at, release.created_by)
    rounds = work.unit.votes.list_rounds(release.key)
    return Metadata(release, render_metadata(release, project, line, revision, rounds))


@dataclass(frozen=True, slots=True)
class ReadKeys(Query[bytes]):
    """The `KEYS` of a project as they stand beside its releases of a stage."""

    coordinate: KeysCoordinate

    def answer(self, work: Work) -> bytes:
        """Return the published file; before anything is published, and for candidates, what it would be."""
        project = find_project(work, self.coordinate.project)
        if self.coordinate.stage is not Stage.CANDIDATE:
            try:
                published = work.around.published.open(self.coordinate)
            except NotFound:
                pass
            else:
                return published.read_range(0, published.size)
        return write_keys_file(project.name, work.unit.keys.list_attached(project.key))
