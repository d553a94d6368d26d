# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads: begun once, continued at the offset where they stand, believed when their digest fits.

Bytes are received outside of any transaction, so that a slow upload holds no database connection. What has
arrived is the spool's business; the database knows only who uploads what.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from atr.domain.artifact import Content, Digest
from atr.domain.coordinates import METADATA_FILE
from atr.domain.errors import Invalid, NotFound, TooLarge
from atr.domain.event import EventDetail, Subject
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.permissions import Activity, Permission
from atr.ports.blobs import Blobs
from atr.ports.jobs import Deadline, DeadlineKind
from atr.ports.repositories.releases import Upload
from atr.ports.spool import OffsetMismatch, Spool
from atr.services.door import Bookkeeping, Command, Done, Door, Place, Query, Work
from atr.services.releases import find_release
from atr.services.revisions import refuse_sealed


@dataclass(frozen=True, slots=True)
class UploadBegun:
    """What became of the wish to upload: an upload to continue, or None because the bytes are here."""

    upload: Upload | None


@dataclass(frozen=True, slots=True)
class BeginUpload(Command[UploadBegun]):
    """Announce a file; only what ATR does not have needs to be sent."""

    release: ReleaseKey
    path: FilePath
    size: int
    sha512: Digest

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[UploadBegun]:
        """Begin the upload unless the bytes are here; raise Refused, Invalid or TooLarge."""
        refuse_sealed(find_release(work, self.release))
        self._check_request(work)
        upload = None if self._is_stored(work) else self._begin(work)
        details: dict[str, EventDetail] = {
            "path": str(self.path),
            "size": self.size,
            "sha512": str(self.sha512),
        }
        name = "upload.begun" if upload else "upload.spared"
        return Done(UploadBegun(upload), name, Subject.of_release(self.release), details)

    def _check_request(self, work: Work) -> None:
        largest = work.around.foundation.largest_file
        if self.size > largest:
            raise TooLarge(f"{self.path} has {self.size} bytes; a file may have {largest}.")
        if self.sha512.algorithm != "sha512" or self.size < 0:
            raise Invalid.field("sha512", "Name the content by its sha512 and its size in bytes.")
        if self.path.casefold() == METADATA_FILE:
            raise Invalid.field("path", f"ATR writes {METADATA_FILE} itself: choose another name.")

    def _is_stored(self, work: Work) -> bool:
        if self.size == 0:  # nothing can be sent for it
            work.unit.revisions.add_content(work.around.blobs.put(()))
        known = work.unit.revisions.find_content(self.sha512)
        if known is None and self.size > 0:
            return False
        if known is None or known.size != self.size:
            raise Invalid.field("size", f"{self.sha512} is not the digest of {self.size} bytes.")
        try:
            work.around.blobs.touch(self.sha512)
        except NotFound:
            return False
        return True

    def _begin(self, work: Work) -> Upload:
        upload = Upload(
            id=work.around.make_secret(),
            release=self.release,
            path=self.path,
            size=self.size,
            sha512=self.sha512,
            owner=work.actor.user,
            created_at=work.now,
        )
        work.unit.uploads.add(upload)
        due_at = work.now + work.around.foundation.retention.abandoned_uploads
        work.unit.deadlines.set(Deadline(DeadlineKind.UPLOAD, upload.id, due_at))
        return upload


@dataclass(frozen=True, slots=True)
class Intake:
    """An upload together with the places where its bytes go; outlives the transaction that found it."""

    upload: Upload
    spool: Spool
    blobs: Blobs

    @property
    def offset(self) -> int:
        """Return how many bytes have arrived."""
        return self.upload.size if self.upload.complete else self.spool.offset(self.upload.id)

    def append(self, offset: int, chunks: Iterable[bytes]) -> int:
        """Add bytes and return the new offset; raise OffsetMismatch, TooLarge, Conflict or OutOfSpace."""
        stands_at = self.offset
        if offset != stands_at:
            raise OffsetMismatch(offset, stands_at)
        if stands_at == self.upload.size:  # everything is here; only the last answer was lost
            return stands_at
        return self.spool.append(self.upload.id, offset, chunks, self.upload.size)

    def store(self) -> Content:
        """Give the bytes to the store; raise Invalid when they are not what was announced."""
        return self.spool.finish(self.upload.id, self.blobs, self.upload.sha512)


@dataclass(frozen=True, slots=True)
class OpenUpload(Query[Intake]):
    """An upload of one's own that is under way."""

    release: ReleaseKey
    upload_id: str

    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> Intake:
        """Return it; raise NotFound for what is not there or somebody else's."""
        upload = work.unit.uploads.find(self.upload_id)
        if upload is None or upload.release != self.release or upload.owner != work.actor.user:
            raise NotFound("upload", self.upload_id)
        return Intake(upload, work.around.spool, work.around.blobs)


@dataclass(frozen=True, slots=True)
class RecordContent(Bookkeeping[None]):
    """Remember the bytes of a complete upload."""

    upload: Upload
    content: Content

    def note(self, work: Work) -> None:
        """Write it down; repeating it changes nothing."""
        work.unit.revisions.add_content(self.content)
        work.unit.uploads.complete(self.upload.id)


@dataclass(frozen=True, slots=True)
class ForgetUpload(Bookkeeping[None]):
    """Let go of an upload and of what has arrived of it."""

    upload: Upload

    def note(self, work: Work) -> None:
        """Remove both; repeating it changes nothing."""
        work.unit.uploads.delete(self.upload.id)
        work.unit.deadlines.clear(DeadlineKind.UPLOAD, self.upload.id)
        work.around.spool.discard(self.upload.id)


def receive_bytes(door: Door, intake: Intake, offset: int, chunks: Iterable[bytes]) -> int:
    """Add bytes to an upload and return the new offset; the last ones are compared, stored and recorded.

    What is not what was announced is let go of, and Invalid raised. Repeating the last call is harmless.
    """
    upload = intake.upload
    arrived = intake.append(offset, chunks)
    if arrived < upload.size or upload.complete:
        return arrived
    try:
        content = intake.store()
    except Invalid:
        door.keep(ForgetUpload(upload))
        raise
    door.keep(RecordContent(upload, content))
    intake.spool.discard(upload.id)
    return arrived


def tell_offset(door: Door, intake: Intake) -> int:
    """Return how many bytes have arrived; when all have, only once they are stored.

    Whoever asks after a cut-off ends what a server that died between the last byte and the record left
    open, so that nobody takes an upload for complete that is not.
    """
    offset = intake.offset
    return receive_bytes(door, intake, offset, ()) if offset == intake.upload.size else offset
