# SPDX-License-Identifier: Apache-2.0
"""The content-addressed store, on disk, in memory or in an object store."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import obstore
from obstore.store import ObjectStore

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Invalid, NotFound
from atr.ports.blobs import BlobReader, BlobStat, Damaged
from atr.storage.claims import Claims
from atr.storage.digesting import Hasher, hash_chunks, write_hashed
from atr.storage.faults import translate_faults
from atr.storage.placement import DiskPlacement, ObjectPlacement, Placement
from atr.storage.readers import FileReader, ObjectReader, open_ranges

_PREFIX = "blobs"
_FAN_OUT_DIGITS = 3  # 4,096 folders


class BlobStore:
    """Keeps bytes under `blobs/abc/abcdef...`, named by their sha512; raises as the port says.

    `scratch` holds files while they are written. With `root`, the store is that folder of this machine's
    disk, and `scratch` should be on the same file system.
    """

    def __init__(self, store: ObjectStore, scratch: Path, root: Path | None = None) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch
        self._placement: Placement = ObjectPlacement(store) if root is None else DiskPlacement(root, scratch)
        self.store = store
        self.claims = Claims(store)

    @staticmethod
    def key(digest: Digest) -> str:
        """Return the name under which the bytes are kept in the object store."""
        if digest.algorithm != "sha512":
            raise Invalid.field("digest", f"Bytes are stored by their sha512, not by {digest.algorithm}.")
        return f"{_PREFIX}/{digest.hex[:_FAN_OUT_DIGITS]}/{digest.hex}"

    def put(self, chunks: Iterable[bytes]) -> Content:
        """Store the bytes and return their content; raise OutOfSpace. All of them are stored, or none."""
        path = self._scratch / uuid4().hex
        hasher = Hasher()
        try:
            with translate_faults("folder", self._scratch):
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                try:
                    write_hashed(chunks, hasher, descriptor)
                finally:
                    os.close(descriptor)
            content = hasher.content()
            self.adopt(path, content)
        finally:
            path.unlink(missing_ok=True)
        return content

    def adopt(self, path: Path, content: Content) -> None:
        """Store a local file whose content was computed while it arrived; see the port."""
        key = self.key(content.sha512)
        with translate_faults("file", path.name):
            while not (self._keep(content.sha512) or self._create(path, key, content.sha512)):
                continue  # it came or went between the two questions

    def open(self, digest: Digest) -> BlobReader:
        """Return a reader of ranges; raise NotFound."""
        key = self.key(digest)
        path = self._placement.local_path(key)
        if path is None:
            return ObjectReader(self.store, key, "blob", digest)
        return FileReader(path, "blob", digest)

    @contextmanager
    def open_file(self, digest: Digest) -> Iterator[BinaryIO]:
        """Open as a seekable binary file; raise NotFound."""
        path = self.local_path(digest)
        file = open_ranges(self.open(digest)) if path is None else path.open("rb")
        with file:
            yield file

    def local_path(self, digest: Digest) -> Path | None:
        """Return the read-only file when the store is on this machine's disk; raise NotFound."""
        self._head(digest)
        return self._placement.local_path(self.key(digest))

    def has(self, digest: Digest) -> bool:
        """Tell whether the bytes are stored; only `touch` also makes sure that they stay."""
        return self.stored_at(digest) is not None

    def size(self, digest: Digest) -> int:
        """Return the size in bytes; raise NotFound."""
        return self._head(digest)[0]

    def stored_at(self, digest: Digest) -> datetime | None:
        """Return when the bytes were stored; None when they are not there."""
        try:
            return self._head(digest)[1]
        except NotFound:
            return None

    def touch(self, digest: Digest) -> None:
        """Keep stored bytes from the sweep for another grace period; raise NotFound."""
        with self._naming(digest):
            kept = self._keep(digest)
        if not kept:
            raise NotFound("blob", digest)

    def verify(self, digest: Digest) -> Content:
        """Read the bytes again and return their content; raise NotFound or Damaged."""
        content = hash_chunks(self.open(digest).iterate())
        if content.sha512 != digest:
            raise Damaged(f"The stored bytes of {digest} are damaged: they now have {content.sha512}.")
        return content

    def list(self) -> Iterator[BlobStat]:
        """Return everything stored, in no order."""
        with translate_faults("folder", _PREFIX):
            for batch in obstore.list(self.store, _PREFIX, chunk_size=1000):
                for meta in batch:
                    digest = Digest("sha512", meta["path"].rpartition("/")[2])
                    yield BlobStat(digest, meta["size"], meta["last_modified"])

    def delete(self, digest: Digest) -> None:
        """Remove the bytes, if they are there; only the orphan sweep calls this."""
        with self._naming(digest), suppress(FileNotFoundError):
            obstore.delete(self.store, self.key(digest))

    def tidy(self, before: datetime) -> None:
        """Remove what interrupted work left behind before the moment."""
        with translate_faults("folder", self._scratch):
            self.claims.tidy(before)
            for path in self._scratch.iterdir():
                _remove_older(path, before)

    def _keep(self, digest: Digest) -> bool:
        """Tell whether the bytes are there, and will be for a grace period."""
        if not self.has(digest):
            return False
        self.claims.take_lease(digest)
        self.claims.await_sweeps(digest)
        return self.has(digest)

    def _create(self, path: Path, key: str, digest: Digest) -> bool:
        self.claims.await_sweeps(digest)
        return self._placement.create(path, key, digest.hex)

    def _head(self, digest: Digest) -> tuple[int, datetime]:
        with self._naming(digest):
            meta = obstore.head(self.store, self.key(digest))
            return meta["size"], meta["last_modified"]

    @staticmethod
    @contextmanager
    def _naming(digest: Digest) -> Iterator[None]:
        with translate_faults("blob", digest):
            yield


def _remove_older(path: Path, before: datetime) -> None:
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before.timestamp():
            path.unlink()
