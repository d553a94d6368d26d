# SPDX-License-Identifier: Apache-2.0
"""Checksum files that ATR makes for artifacts which came without one, and says that it made them."""

from dataclasses import dataclass
from typing import ClassVar

from atr.domain.artifact import CHECKSUM_SUFFIXES, Content, FileEntry
from atr.domain.artifact_names import is_artifact, write_checksum
from atr.domain.errors import Refused
from atr.domain.event import Subject
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.revision import Revision, change_files
from atr.services.door import Command, Done, Place, Work
from atr.services.releases import find_release
from atr.services.revisions import find_revision, refuse_sealed, save_revision

_SUFFIX = ".sha512"
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class CreateChecksums(Command[Revision]):
    """Add a `.sha512` beside every artifact of the newest revision that has no checksum."""

    release: ReleaseKey

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Revision]:
        """Make the revision; raise Refused when files cannot change now or no checksum is missing."""
        release = find_release(work, self.release)
        refuse_sealed(release)
        if release.newest_revision == 0:
            raise Refused("There are no files yet: upload the candidate's files first.")
        files = find_revision(work, self.release, release.newest_revision).files
        missing = list_unsummed(files)
        if not missing:
            raise Refused("Every artifact has a checksum: there is none to be made.")
        made = {FilePath(f"{entry.path}{_SUFFIX}"): _store_checksum(work, entry) for entry in missing}
        names = ", ".join(sorted(made)[:_MOST_NAMED])
        description = f"ATR made the missing checksums: {names}{' ...' if len(made) > _MOST_NAMED else ''}"
        revision = save_revision(work, release, change_files(files, made, ()), description)
        return Done(
            revision,
            "checksums.created",
            Subject.of_release(self.release, "revision", f"{self.release}@{revision.number}"),
            {
                "revision": revision.number,
                "manifest": str(revision.manifest_digest),
                "made_by": "ATR",
                "files": tuple(map(str, sorted(made))),
            },
        )


def list_unsummed(files: tuple[FileEntry, ...]) -> tuple[FileEntry, ...]:
    """Return the artifacts that have neither a `.sha512` nor a `.sha256` beside them."""
    paths = {entry.path for entry in files}
    return tuple(
        entry
        for entry in files
        if is_artifact(entry.path)
        and entry.content.size
        and not any(f"{entry.path}{suffix}" in paths for suffix in CHECKSUM_SUFFIXES)
    )


def _store_checksum(work: Work, entry: FileEntry) -> Content:
    content = work.around.blobs.put((write_checksum(entry.path.name, entry.content.sha512),))
    work.unit.revisions.add_content(content)
    return content
