# SPDX-License-Identifier: Apache-2.0
"""How a finished local file gets its final name: a hard link on disk, an upload elsewhere.

Bytes are always written to a local file first, hashed on the way, because their name is known only at the
end. On disk, a hard link then gives them that name: it is atomic, it fails when the name is taken (the
conditional create), and it copies nothing, so storing costs what writing and hashing cost. obstore's own
local `put` was as fast but needs the name beforehand, and a rename would silently replace.
For an object store the file is uploaded under its final name; an object appears only when it is complete,
and nothing ever has to be copied on the server, which S3 refuses over 5 GB.
"""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import ObjectStore

from atr.storage.paths import join_inside

READ_ONLY = 0o444
SHA512_ATTRIBUTE = "sha512"
_SINGLE_BYTES = 8 << 20
_MOST_PARTS = 9_000  # S3 allows 10,000
UPLOADS_AT_ONCE = 4


class Placement(Protocol):
    """Gives files their final names."""

    def create(self, path: Path, key: str, sha512: str) -> bool:
        """Store the file under the key unless something is there; tell whether it was stored."""

    def local_path(self, key: str) -> Path | None:
        """Return where the key is on this machine's disk."""


class DiskPlacement:
    """Places files on the disk they were written to."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root = root
        self._scratch = scratch

    def create(self, path: Path, key: str, sha512: str) -> bool:  # noqa: ARG002 the key says it
        """Hard-link the file to its final name; copy first when it is on another file system."""
        _seal(path)
        target = self.local_path(key)
        try:
            return _link_new(path, target)
        except OSError as error:
            if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK}:
                raise
        copied = self._scratch / uuid4().hex
        try:
            shutil.copyfile(path, copied)
            _seal(copied)
            return _link_new(copied, target)
        finally:
            copied.unlink(missing_ok=True)

    def local_path(self, key: str) -> Path:
        """Return where the key is on this machine's disk."""
        return join_inside(self._root, key)


class ObjectPlacement:
    """Uploads files to an object store, or to memory."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def create(self, path: Path, key: str, sha512: str) -> bool:
        """Upload the file, in parts when it is large.

        Only a small upload can be made conditional; overwriting a large object with the same bytes, when two
        arrive at once, is harmless.
        """
        size = path.stat().st_size
        attributes = {SHA512_ATTRIBUTE: sha512}
        if size > _SINGLE_BYTES:
            obstore.put(
                self._store,
                key,
                path,
                attributes=attributes,
                chunk_size=choose_part_size(size),
                max_concurrency=UPLOADS_AT_ONCE,
            )
            return True
        with suppress(AlreadyExistsError):
            obstore.put(self._store, key, path, attributes=attributes, mode="create", use_multipart=False)
            return True
        return False

    def local_path(self, key: str) -> Path | None:  # noqa: ARG002 objects are elsewhere
        """Return None: objects are not on this machine's disk."""
        return None


def choose_part_size(size: int) -> int:
    """Return the size of the parts of an upload: memory holds a few, and no object has too many."""
    return max(_SINGLE_BYTES, -(-size // _MOST_PARTS))


def _seal(path: Path) -> None:
    """Make the file read-only, new for the sweep, and safe from a loss of power."""
    path.chmod(READ_ONLY)
    os.utime(path)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link_new(path: Path, target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except FileExistsError:
        return False
    return True
