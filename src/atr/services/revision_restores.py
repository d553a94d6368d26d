# SPDX-License-Identifier: Apache-2.0
"""Going back to the files of an earlier revision: they become a new one, and nothing is lost."""

from dataclasses import dataclass
from typing import ClassVar

from atr.domain.artifact import FileEntry
from atr.domain.errors import NotFound, Refused
from atr.domain.event import Subject
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.domain.revision import Revision
from atr.services.door import Command, Done, Place, Work
from atr.services.releases import find_release
from atr.services.revisions import find_revision, refuse_sealed, refuse_stale_base, save_revision


@dataclass(frozen=True, slots=True)
class RestoreRevision(Command[Revision]):
    """Make the files of an earlier revision the newest ones; `base` is the newest the asker has seen."""

    release: ReleaseKey
    number: int
    base: int

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Revision]:
        """Add the revision and ask for its evaluation; raise NotFound, Refused or Conflict."""
        release = find_release(work, self.release)
        refuse_sealed(release)
        refuse_stale_base(release, self.base)
        files = find_revision(work, self.release, self.number).files
        newest = find_revision(work, self.release, self.base).files
        if files == newest:
            raise Refused(f"Nothing changes: revision {self.base} has the files of revision {self.number}.")
        _refuse_missing(work, files)
        revision = save_revision(work, release, files, f"Restored revision {self.number}")
        return Done(
            revision,
            "revision.restored",
            Subject.of_release(self.release, "revision", f"{self.release}@{revision.number}"),
            {
                "revision": revision.number,
                "restored": self.number,
                "manifest": str(revision.manifest_digest),
                "files": len(files),
            },
        )


def _refuse_missing(work: Work, files: tuple[FileEntry, ...]) -> None:
    """Keep the bytes from the sweep; raise Refused when some are gone."""
    for entry in files:
        try:
            work.around.blobs.touch(entry.content.sha512)
        except NotFound:
            raise Refused(f"The bytes of {entry.path} are not stored any more: upload them again.") from None
