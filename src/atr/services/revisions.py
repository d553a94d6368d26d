# SPDX-License-Identifier: Apache-2.0
"""Changing a candidate's files, always as a whole, and looking at what changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.coordinates import METADATA_FILE
from atr.domain.errors import Conflict, Invalid, NotFound, Problem, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.release import Release
from atr.domain.revision import Revision, change_files
from atr.domain.source import LARGEST_SOURCE_FILE, SOURCE_FILE, SourceReference
from atr.ports.blobs import BlobReader
from atr.ports.repositories.releases import RevisionSummary
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.evaluations import request_evaluation
from atr.services.releases import find_release

LONGEST_DESCRIPTION = 10_000


@dataclass(frozen=True, slots=True)
class AddRevision(Command[Revision]):
    """Change the files of a candidate: all of it becomes one new revision, or nothing happens."""

    release: ReleaseKey
    base: int
    add: Mapping[FilePath, Digest]
    remove: tuple[FilePath, ...] = ()
    description: str = ""

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Revision]:
        """Add the revision and ask for its evaluation; raise Refused, Conflict or Invalid."""
        release = find_release(work, self.release)
        refuse_sealed(release)
        refuse_stale_base(release, self.base)
        files = self._change_files(work)
        revision = save_revision(work, release, files, self.description)
        details: dict[str, EventDetail] = {
            "revision": revision.number,
            "manifest": str(revision.manifest_digest),
            "files": len(files),
            "set": len(self.add),
            "removed": len(self.remove),
        }
        return Done(
            revision,
            "revision.added",
            Subject.of_release(self.release, "revision", f"{self.release}@{revision.number}"),
            details,
        )

    def _change_files(self, work: Work) -> tuple[FileEntry, ...]:
        if len(self.description) > LONGEST_DESCRIPTION:
            raise Invalid.field(
                "description", f"Keep the description within {LONGEST_DESCRIPTION} characters."
            )
        base = work.unit.revisions.find(self.release, self.base)
        before = base.files if base else ()
        files = change_files(before, _find_contents(work, self.add), self.remove)
        _refuse_metadata(files)
        _refuse_bad_source(work, self.add)
        if files == before:
            raise Refused("Nothing changes: these are the files of the newest revision.")
        return files


def save_revision(work: Work, release: Release, files: tuple[FileEntry, ...], description: str) -> Revision:
    """Make these files the newest revision and ask for its evaluation."""
    number = release.newest_revision + 1
    revision = Revision(release.key, number, files, work.now, work.actor.label, description.strip())
    work.unit.revisions.add(revision)
    work.unit.releases.save(replace(release, newest_revision=number), Phase.COMPOSE)
    request_evaluation(work, release.key, number)
    return revision


def refuse_sealed(release: Release) -> None:
    """Raise Refused unless the release's files may be changed now."""
    reasons = explain_sealed(release)
    if reasons:
        raise Refused(*reasons)


def refuse_stale_base(release: Release, base: int) -> None:
    """Raise Conflict unless the revision that is changed is the newest one."""
    if base != release.newest_revision:
        raise Conflict(
            f"The newest revision is {release.newest_revision}, not {base}: "
            "look at it, then repeat the change on top of it."
        )


def explain_sealed(release: Release) -> tuple[str, ...]:
    """Say why the release's files cannot be changed now."""
    if release.phase is Phase.COMPOSE:
        return ()
    where = f"{release.key} is in phase {release.phase}"
    return (f"Files change in phase compose only, and {where}: move it back to compose first.",)


def _find_contents(work: Work, add: Mapping[FilePath, Digest]) -> dict[FilePath, Content]:
    """Return what is to be at each path, kept from the sweep; raise Invalid for what was never uploaded."""
    known = work.unit.revisions.find_contents(frozenset(add.values()))
    stored = {digest: content for digest, content in known.items() if _keep_stored(work, digest)}
    missing = [(path, digest) for path, digest in sorted(add.items()) if digest not in stored]
    if missing:
        raise Invalid(
            *(Problem("add", f"{path}: {digest} has not been uploaded.") for path, digest in missing)
        )
    return {path: stored[digest] for path, digest in add.items()}


def _keep_stored(work: Work, digest: Digest) -> bool:
    try:
        work.around.blobs.touch(digest)
    except NotFound:
        return False
    return True


def _refuse_metadata(files: tuple[FileEntry, ...]) -> None:
    taken = [entry.path for entry in files if entry.path.split("/")[0].casefold() == METADATA_FILE]
    if taken:
        raise Invalid.field("add", f"{taken[0]}: ATR writes {METADATA_FILE} itself: choose another name.")


def _refuse_bad_source(work: Work, add: Mapping[FilePath, Digest]) -> None:
    """Raise Invalid when the file that names the commit names none: whoever uploads it learns it at once."""
    digest = add.get(SOURCE_FILE)
    if digest is None:
        return
    reader = work.around.blobs.open(digest)
    if reader.size > LARGEST_SOURCE_FILE:
        raise Invalid.field("add", f"{SOURCE_FILE} has more than {LARGEST_SOURCE_FILE} bytes.")
    SourceReference.parse(reader.read_range(0, LARGEST_SOURCE_FILE))


@dataclass(frozen=True, slots=True)
class ListRevisions(Query[tuple[RevisionSummary, ...]]):
    """All revisions of a release, newest first."""

    release: ReleaseKey

    def answer(self, work: Work) -> tuple[RevisionSummary, ...]:
        """Return them without their files; raise NotFound."""
        find_release(work, self.release)
        return work.unit.revisions.list(self.release)


@dataclass(frozen=True, slots=True)
class ShowRevision(Query[Revision]):
    """One revision with its files; the shown one unless a number is given."""

    release: ReleaseKey
    number: int | None = None

    def answer(self, work: Work) -> Revision:
        """Return it; raise NotFound."""
        release = find_release(work, self.release)
        number = release.shown_revision if self.number is None else self.number
        return find_revision(work, self.release, number)


def find_revision(work: Work, key: ReleaseKey, number: int) -> Revision:
    """Return the revision; raise NotFound."""
    revision = work.unit.revisions.find(key, number)
    if revision is None:
        raise NotFound("revision", f"{number} of {key}")
    return revision


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a revision with its stored bytes."""

    entry: FileEntry
    reader: BlobReader


@dataclass(frozen=True, slots=True)
class FindFile(Query[FoundFile]):
    """One file of a revision."""

    release: ReleaseKey
    number: int
    path: FilePath

    def answer(self, work: Work) -> FoundFile:
        """Return it; raise NotFound."""
        entry = work.unit.revisions.find_file(self.release, self.number, self.path)
        if entry is None:
            raise NotFound("file", f"{self.path} in revision {self.number} of {self.release}")
        return FoundFile(entry, work.around.blobs.open(entry.content.sha512))
