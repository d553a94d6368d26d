# SPDX-License-Identifier: Apache-2.0
"""What changed from one revision, or from one release, to another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from atr.domain.artifact import Content, FileEntry
from atr.domain.errors import NotFound
from atr.domain.names import FilePath, ReleaseKey, Version
from atr.domain.previous import PUBLIC_PHASES, find_version_before, rename_version
from atr.domain.release import Release
from atr.domain.revision import compare_files
from atr.services.door import Query, Work
from atr.services.products import find_product
from atr.services.releases import find_release
from atr.services.revisions import find_revision


class ChangeKind(StrEnum):
    """What happened to a path."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FileChange:
    """What happened to one path; `before` and `after` are None where there is no file."""

    path: FilePath
    kind: ChangeKind
    before: Content | None
    after: Content | None


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes in order of their paths; `unchanged` counts the files that stayed the same."""

    old: str
    new: str
    changes: tuple[FileChange, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class DiffRevisions(Query[Diff]):
    """What changed from one revision of a release to another."""

    release: ReleaseKey
    old: int
    new: int

    def answer(self, work: Work) -> Diff:
        """Return the changes; revision 0 is the empty beginning. Raise NotFound."""
        find_release(work, self.release)
        before, after = (self._list_files(work, number) for number in (self.old, self.new))
        return diff_files(f"revision {self.old}", f"revision {self.new}", before, after)

    def _list_files(self, work: Work, number: int) -> tuple[FileEntry, ...]:
        return find_revision(work, self.release, number).files if number else ()


@dataclass(frozen=True, slots=True)
class DiffReleases(Query[Diff]):
    """What changed since another release of the line; since the one before it unless a version is given.

    Paths name the version, so the other's version is read as this one's: `x-1.0.tgz` became `x-1.1.tgz`.
    """

    release: ReleaseKey
    other: Version | None = None

    def answer(self, work: Work) -> Diff:
        """Return the changes; raise NotFound when there is no other release, or it has no files."""
        release = find_release(work, self.release)
        other = find_release(work, replace(self.release, version=self.other or self._find_before(work)))
        after = _list_shown_files(work, release)
        before = rename_version(_list_shown_files(work, other), other.key.version, release.key.version)
        return diff_files(str(other.key), str(release.key), before, after)

    def _find_before(self, work: Work) -> Version:
        order = find_product(work, self.release.line).version_order
        versions = work.unit.releases.list_versions(self.release.line, PUBLIC_PHASES)
        before = find_version_before(self.release.version, versions, order)
        if before is None:
            raise NotFound("earlier release of", self.release.line)
        return before


def diff_files(old: str, new: str, before: Iterable[FileEntry], after: Iterable[FileEntry]) -> Diff:
    """Return what changed between two sets of files."""
    left = {entry.path: entry for entry in before}
    right = {entry.path: entry for entry in after}
    found = compare_files(left.values(), right.values())
    kinds = dict.fromkeys(found.added, ChangeKind.ADDED)
    kinds |= dict.fromkeys(found.removed, ChangeKind.REMOVED)
    kinds |= dict.fromkeys(found.changed, ChangeKind.CHANGED)
    changes = tuple(
        FileChange(path, kinds[path], _find_content(left, path), _find_content(right, path))
        for path in sorted(kinds)
    )
    return Diff(old, new, changes, len(right) - len(found.added) - len(found.changed))


def _find_content(files: dict[FilePath, FileEntry], path: FilePath) -> Content | None:
    return files[path].content if path in files else None


def _list_shown_files(work: Work, release: Release) -> tuple[FileEntry, ...]:
    return find_revision(work, release.key, release.shown_revision).files
