# SPDX-License-Identifier: Apache-2.0
"""Uploads under way, each a file that only grows.

The digests run along while bytes arrive; their state is kept in memory between requests and caught up from
the file when there is none, after a restart or when another process took the last request. Every writer
holds a lock on the file, which the system drops when a process dies. `finish` renames the file first, so
that nobody can append to what then becomes the very file of the store.
"""

import fcntl
import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Conflict, Invalid, NotFound, TooLarge
from atr.ports.blobs import Blobs
from atr.ports.spool import OffsetMismatch
from atr.storage.digesting import BLOCK_BYTES, Hasher, write_hashed
from atr.storage.faults import translate_faults
from atr.storage.paths import join_inside

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FINISHED = ".finished"
_MOST_HASHERS = 1024
_FLUSH_BYTES = 32 << 20


def _is_older(entry: os.DirEntry[str], moment: datetime) -> bool:
    """Tell whether nothing was added since the moment; what is gone meanwhile is not left behind."""
    try:
        return datetime.fromtimestamp(entry.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False


class DiskSpool:
    """Keeps partial uploads in a folder, best on the file system of the store; see the port."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._hashers: OrderedDict[str, Hasher] = OrderedDict()
        self._lock = Lock()
        self._flushes: dict[str, Future[None]] = {}
        self._flusher = ThreadPoolExecutor(2, thread_name_prefix="flush")

    def append(self, upload_id: str, offset: int, chunks: Iterable[bytes], limit: int | None = None) -> int:
        """Add bytes at the offset and return the new one; see the port for what is refused."""
        with self._open_locked(upload_id, os.O_CREAT) as descriptor:
            size = os.fstat(descriptor).st_size
            if offset != size:
                raise OffsetMismatch(offset, size)
            hasher = self._take_hasher(upload_id, descriptor)
            try:
                write_hashed(_limit_chunks(chunks, size, limit), hasher, descriptor)
            finally:
                self._keep_hasher(upload_id, hasher, descriptor)
            if size // _FLUSH_BYTES != hasher.size // _FLUSH_BYTES:
                self._flush_behind(upload_id)
            return hasher.size

    def offset(self, upload_id: str) -> int:
        """Return how many bytes have arrived; 0 for an upload nobody began."""
        for path in (self._path(upload_id), self._finished_path(upload_id)):
            if path.exists():
                return path.stat().st_size
        return 0

    def finish(self, upload_id: str, blobs: Blobs, expected: Digest | None = None) -> Content:
        """Store what arrived, if it is what was expected, and return its content; see the port."""
        finished = self._finished_path(upload_id)
        if not finished.exists():
            with self._open_locked(upload_id) as descriptor:
                hasher = self._take_hasher(upload_id, descriptor)
                self._path(upload_id).rename(finished)
                self._keep_hasher(upload_id, hasher, descriptor)
        with translate_faults("upload", upload_id), finished.open("rb") as file:
            self._await_flush(upload_id)
            hasher = self._take_hasher(upload_id, file.fileno())
            self._keep_hasher(upload_id, hasher, file.fileno())
        content = hasher.content()
        if expected is not None and content.sha512 != expected:
            raise Invalid.field(
                "sha512", f"What arrived has {content.sha512}, not {expected}: send it again."
            )
        blobs.adopt(finished, content)
        return content

    def discard(self, upload_id: str) -> None:
        """Forget the upload; what `finish` stored stays stored."""
        with self._lock:
            self._hashers.pop(upload_id, None)
            self._flushes.pop(upload_id, None)
        self._path(upload_id).unlink(missing_ok=True)
        self._finished_path(upload_id).unlink(missing_ok=True)

    def list_abandoned(self, older_than: datetime) -> tuple[str, ...]:
        """Return the ids of uploads to which nothing was added since the moment."""
        with os.scandir(self._root) as entries:
            ids = {entry.name.removesuffix(_FINISHED) for entry in entries if _is_older(entry, older_than)}
        return tuple(sorted(ids))

    def _path(self, upload_id: str) -> Path:
        if not _ID.fullmatch(upload_id):
            raise NotFound("upload", upload_id)
        return join_inside(self._root, upload_id)

    def _finished_path(self, upload_id: str) -> Path:
        return self._path(upload_id).with_name(upload_id + _FINISHED)

    @contextmanager
    def _open_locked(self, upload_id: str, flags: int = 0) -> Iterator[int]:
        """Open the upload for appending, alone; raise Conflict when that is not possible."""
        path = self._path(upload_id)
        with translate_faults("upload", upload_id):
            if self._finished_path(upload_id).exists():
                raise _explain_finished()
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | flags, 0o600)
            try:
                self._lock_file(upload_id, descriptor)
                yield descriptor
            finally:
                os.close(descriptor)

    def _lock_file(self, upload_id: str, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                "Another request is writing to this upload: ask for the offset and continue."
            ) from None
        if self._finished_path(upload_id).exists():  # it was finished between looking and opening
            if os.fstat(descriptor).st_size == 0:
                self._path(upload_id).unlink(missing_ok=True)
            raise _explain_finished()
        if not _is_at(self._path(upload_id), descriptor):  # it was finished after opening: this is the blob
            raise _explain_finished()

    def _flush_behind(self, upload_id: str) -> None:
        """Have the disk write what has arrived while more arrives, so that the end need not wait for it."""
        with self._lock:
            running = self._flushes.get(upload_id)
        if running is not None and not running.done():
            return
        self._await_flush(upload_id)
        descriptor = os.open(self._path(upload_id), os.O_RDONLY)  # of its own: the lock must not stay with it
        with self._lock:
            self._flushes[upload_id] = self._flusher.submit(_flush, descriptor)

    def _await_flush(self, upload_id: str) -> None:
        """Raise what the disk said meanwhile: it says so only once."""
        with self._lock:
            flush = self._flushes.pop(upload_id, None)
        if flush is not None:
            flush.result()

    def _take_hasher(self, upload_id: str, descriptor: int) -> Hasher:
        """Return the running digests of exactly what the file holds."""
        with self._lock:
            hasher = self._hashers.pop(upload_id, None)
        size = os.fstat(descriptor).st_size
        if hasher is None or hasher.size > size:
            hasher = Hasher()
        while hasher.size < size:
            hasher.update(os.pread(descriptor, BLOCK_BYTES, hasher.size))
        return hasher

    def _keep_hasher(self, upload_id: str, hasher: Hasher, descriptor: int) -> None:
        """Keep the digests for the next request, unless a failed write left them ahead of the file."""
        if hasher.size != os.fstat(descriptor).st_size:
            return
        with self._lock:
            self._hashers[upload_id] = hasher
            while len(self._hashers) > _MOST_HASHERS:
                self._hashers.popitem(last=False)


def _flush(descriptor: int) -> None:
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _limit_chunks(chunks: Iterable[bytes], size: int, limit: int | None) -> Iterator[bytes]:
    for chunk in chunks:
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge(f"More than the declared {limit} bytes arrived.")
        yield chunk


def _explain_finished() -> Conflict:
    return Conflict("This upload is finished: begin another one.")
