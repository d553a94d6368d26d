# SPDX-License-Identifier: Apache-2.0
"""Files on their way in: what has arrived of resumable uploads."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Conflict
from atr.ports.blobs import Blobs


class OffsetMismatch(Conflict):
    """Raised when bytes do not continue where the upload stands; `offset` is where that is."""

    def __init__(self, given: int, offset: int) -> None:
        super().__init__(f"The upload stands at offset {offset}, not {given}: continue there.")
        self.offset = offset


class Spool(Protocol):
    """Partial uploads; how many bytes are there is the only truth about an upload's offset."""

    def append(self, upload_id: str, offset: int, chunks: Iterable[bytes], limit: int | None = None) -> int:
        """Add bytes at the offset and return the new one; the first call, with offset 0, begins the upload.

        Raise OffsetMismatch, Conflict when another request is writing or the upload is finished, TooLarge
        when more than `limit` bytes arrive altogether, OutOfSpace. What arrived before an error stays.
        """

    def offset(self, upload_id: str) -> int:
        """Return how many bytes have arrived; 0 for an upload nobody began."""

    def finish(self, upload_id: str, blobs: Blobs, expected: Digest | None = None) -> Content:
        """Store what arrived and return its content; raise NotFound. Repeating it is harmless.

        Store nothing and raise Invalid when the sha512 is not the expected one. Nothing can be appended
        afterwards in either case. Call `discard` once the content is recorded, or was refused.
        """

    def discard(self, upload_id: str) -> None:
        """Forget the upload; what `finish` stored stays stored."""

    def list_abandoned(self, older_than: datetime) -> tuple[str, ...]:
        """Return the ids of uploads to which nothing was added since the moment."""
