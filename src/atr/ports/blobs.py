# SPDX-License-Identifier: Apache-2.0
"""Files by content: whatever is stored is named by its sha512 and never changes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from atr.domain.artifact import Content, Digest
from atr.domain.errors import DomainError


class Damaged(DomainError):
    """Raised when stored bytes are no longer the bytes their name says."""


class StoreUnavailable(OSError):
    """Raised when the store does not answer or refuses the credentials; trying again later may help."""


class BlobReader(Protocol):
    """Stored bytes, read in any order; needs no closing."""

    @property
    def size(self) -> int:
        """Return the size in bytes."""

    def read_range(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from offset `start`, fewer only at the end."""

    def iterate(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on in pieces, `length` of them or all."""


@dataclass(frozen=True, slots=True)
class BlobStat:
    """What the store knows of a blob without reading it."""

    digest: Digest
    size: int
    stored_at: datetime


class Blobs(Protocol):
    """The content-addressed store; every digest taken here is a sha512."""

    def put(self, chunks: Iterable[bytes]) -> Content:
        """Store the bytes and return their content; raise OutOfSpace. All of them are stored, or none."""

    def adopt(self, path: Path, content: Content) -> None:
        """Store a local file whose content was computed while it arrived, without copying where possible.

        The file stays where it is, becomes read-only and must not be changed afterwards.
        """

    def open(self, digest: Digest) -> BlobReader:
        """Return a reader of ranges; raise NotFound."""

    def open_file(self, digest: Digest) -> AbstractContextManager[BinaryIO]:
        """Open as a seekable binary file; raise NotFound."""

    def local_path(self, digest: Digest) -> Path | None:
        """Return the read-only file when the store is on this machine's disk; raise NotFound."""

    def has(self, digest: Digest) -> bool:
        """Tell whether the bytes are stored; only `touch` also makes sure that they stay."""

    def size(self, digest: Digest) -> int:
        """Return the size in bytes; raise NotFound."""

    def touch(self, digest: Digest) -> None:
        """Keep stored bytes from the sweep for another grace period; raise NotFound.

        Whoever names stored bytes without putting them again touches them first.
        """

    def verify(self, digest: Digest) -> Content:
        """Read the bytes again and return their content; raise NotFound or Damaged."""

    def list(self) -> Iterator[BlobStat]:
        """Return everything stored, in no order."""

    def delete(self, digest: Digest) -> None:
        """Remove the bytes, if they are there; only the orphan sweep calls this."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What an orphan sweep saw and did."""

    examined: int
    deleted: tuple[Digest, ...]
    freed_bytes: int


class OrphanSweep(Protocol):
    """Deletes what nothing names."""

    def run(
        self, read_references: Callable[[], Iterable[Digest]], grace: timedelta, now: datetime
    ) -> SweepReport:
        """Delete blobs stored or touched longer than `grace` ago that no reference names.

        `read_references` is called after the store was listed and returns the sha512 of everything named
        by committed data. `grace` must exceed the time from storing bytes to committing their name.
        """
