# SPDX-License-Identifier: Apache-2.0
"""Reading stored bytes in any order, from disk or from an object store."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from weakref import finalize

import obstore
from obstore.store import ObjectStore

from atr.ports.blobs import BlobReader
from atr.storage.faults import translate_faults

_DISK_BYTES = 1 << 20
_REMOTE_BYTES = 8 << 20  # one request each: large enough for throughput, small enough for flat memory


class FileReader:
    """Reads a file on this machine's disk, the same one even when it is replaced or removed meanwhile."""

    def __init__(self, path: Path, kind: str, name: object) -> None:
        with translate_faults(kind, name):
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        finalize(self, os.close, self._descriptor)
        self._size = os.fstat(self._descriptor).st_size

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        return self._size

    def read_range(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from offset `start`, fewer only at the end."""
        return b"".join(self.iterate(start, length))

    def iterate(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on in pieces, `length` of them or all."""
        end = self._size if length is None else min(start + length, self._size)
        for offset in range(start, end, _DISK_BYTES):
            yield os.pread(self._descriptor, min(_DISK_BYTES, end - offset), offset)


class ObjectReader:
    """Reads an object by range requests; `kind` and `name` say in errors what it is."""

    def __init__(self, store: ObjectStore, key: str, kind: str, name: object) -> None:
        self._store = store
        self._key = key
        self._kind = kind
        self._name = name
        with translate_faults(kind, name):
            self._size = obstore.head(store, key)["size"]

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        return self._size

    def read_range(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from offset `start`, fewer only at the end."""
        end = min(start + length, self._size)
        if start >= end:
            return b""
        with translate_faults(self._kind, self._name):
            return bytes(obstore.get_range(self._store, self._key, start=start, end=end))

    def iterate(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on in pieces, `length` of them or all."""
        end = self._size if length is None else min(start + length, self._size)
        for offset in range(start, end, _REMOTE_BYTES):
            yield self.read_range(offset, min(_REMOTE_BYTES, end - offset))


class _RangeFile(io.RawIOBase):
    """A seekable file over a reader of ranges."""

    def __init__(self, reader: BlobReader) -> None:
        super().__init__()
        self._reader = reader
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: self._reader.size}[whence]
        self._offset = max(0, base + offset)
        return self._offset

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # Buffer has no name before 3.12
        """Fill the buffer from the current offset; 0 at the end."""
        chunk = self._reader.read_range(self._offset, len(buffer))
        buffer[: len(chunk)] = chunk
        self._offset += len(chunk)
        return len(chunk)


def open_ranges(reader: BlobReader) -> BinaryIO:
    """Return a buffered, seekable file that fetches ranges as they are read."""
    return io.BufferedReader(_RangeFile(reader), _REMOTE_BYTES)
