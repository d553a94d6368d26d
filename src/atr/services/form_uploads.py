# SPDX-License-Identifier: Apache-2.0
"""Files that come with a form: stored as they arrive, named by one new revision at the end.

As with resumable uploads no transaction is open while bytes arrive. What a form left behind is let go of by
the deadline that was set before its first byte.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from atr.domain.artifact import Content
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.ports.blobs import Blobs
from atr.ports.jobs import Deadline, DeadlineKind
from atr.ports.spool import Spool
from atr.services.door import Bookkeeping, Door, Place, Query, Work
from atr.services.releases import find_release
from atr.services.revisions import refuse_sealed


@dataclass(frozen=True, slots=True)
class FormIntake:
    """Where the files of a form go; outlives the transaction that allowed it. `largest` is in bytes."""

    spool: Spool
    blobs: Blobs
    largest: int
    make_secret: Callable[[], str]


@dataclass(frozen=True, slots=True)
class OpenForm(Query[FormIntake]):
    """Leave to send files with a form, asked for before the first byte is read."""

    release: ReleaseKey

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> FormIntake:
        """Return where files go; raise NotFound, or Refused when files cannot change now."""
        refuse_sealed(find_release(work, self.release))
        around = work.around
        return FormIntake(around.spool, around.blobs, around.foundation.largest_file, around.make_secret)


@dataclass(frozen=True, slots=True)
class ExpectFile(Bookkeeping[None]):
    """Have what arrives of a file let go of later, should nobody finish it."""

    file_id: str

    def note(self, work: Work) -> None:
        """Set the deadline."""
        due_at = work.now + work.around.foundation.retention.abandoned_uploads
        work.unit.deadlines.set(Deadline(DeadlineKind.UPLOAD, self.file_id, due_at))


@dataclass(frozen=True, slots=True)
class KeepFile(Bookkeeping[None]):
    """Remember the bytes of a file that has arrived."""

    file_id: str
    content: Content

    def note(self, work: Work) -> None:
        """Write it down; repeating it changes nothing."""
        work.unit.revisions.add_content(self.content)
        work.unit.deadlines.clear(DeadlineKind.UPLOAD, self.file_id)


class FormFile:
    """One file of a form as it arrives, block by block; `offset` is in bytes."""

    def __init__(self, door: Door, intake: FormIntake, file_id: str) -> None:
        self.door = door
        self.intake = intake
        self.id = file_id
        self.offset = 0

    @classmethod
    def begin(cls, door: Door, intake: FormIntake) -> "FormFile":
        """Return a file that nothing has arrived of yet."""
        file = cls(door, intake, intake.make_secret())
        door.keep(ExpectFile(file.id))
        file.append(())
        return file

    def append(self, chunks: Iterable[bytes]) -> None:
        """Add bytes; raise TooLarge or OutOfSpace."""
        self.offset = self.intake.spool.append(self.id, self.offset, chunks, self.intake.largest)

    def finish(self) -> Content:
        """Store what arrived and return its content."""
        content = self.intake.spool.finish(self.id, self.intake.blobs)
        self.door.keep(KeepFile(self.id, content))
        self.intake.spool.discard(self.id)
        return content

    def give_up(self) -> None:
        """Let go of what arrived; the deadline finds nothing later."""
        self.intake.spool.discard(self.id)
