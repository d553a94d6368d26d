# SPDX-License-Identifier: Apache-2.0
"""The tree of published releases beside the blobs in an object store.

Objects cannot appear together, so the metadata decides: `release.json` is written last and removed first,
and a folder without it is not published. Whatever an interrupted publisher left is completed or removed by
running it again.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import obstore

from atr.domain.artifact import Digest, FileEntry
from atr.domain.coordinates import METADATA_FILE, Coordinate, KeysCoordinate
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Stage
from atr.domain.names import ProjectKey, ReleaseKey
from atr.ports.blobs import BlobReader
from atr.storage.blobs import BlobStore
from atr.storage.digesting import hash_chunks
from atr.storage.faults import translate_faults
from atr.storage.placement import SHA512_ATTRIBUTE, UPLOADS_AT_ONCE, choose_part_size
from atr.storage.readers import ObjectReader
from atr.storage.tree_rules import (
    PUBLISHED_STAGES,
    check_files,
    explain_conflict,
    locate_file,
    locate_folder,
)

_PREFIX = "published"
LARGEST_COPY_BYTES = 5 << 30  # S3 copies no larger object by itself


class ObjectTree:
    """Publishes by copying blobs inside the object store."""

    def __init__(self, blobs: BlobStore, largest_copy_bytes: int = LARGEST_COPY_BYTES) -> None:
        self._blobs = blobs
        self._store = blobs.store
        self._largest_copy_bytes = largest_copy_bytes

    def publish(self, stage: Stage, release: ReleaseKey, files: Iterable[FileEntry], metadata: bytes) -> None:
        """Make the release's folder appear with its files and `release.json`; see the port."""
        folder = self._folder(stage, release)
        wanted = check_files(files)
        with translate_faults("folder", release):
            present = self._list_sizes(folder)
            if METADATA_FILE in present:
                if not self._holds(folder, present, wanted):
                    raise explain_conflict(stage, release)
            else:
                for path in present.keys() - {entry.path for entry in wanted}:
                    self._delete(f"{folder}/{path}")
                for entry in wanted:
                    self._copy_blob(entry, f"{folder}/{entry.path}")
            obstore.put(self._store, f"{folder}/{METADATA_FILE}", metadata)

    def withdraw(self, stage: Stage, release: ReleaseKey) -> None:
        """Make the release's folder disappear, if it is there."""
        folder = self._folder(stage, release)
        with translate_faults("folder", release):
            self._delete(f"{folder}/{METADATA_FILE}")
            for path in self._list_sizes(folder):
                self._delete(f"{folder}/{path}")

    def move(self, release: ReleaseKey, source: Stage, target: Stage) -> None:
        """Move the folder between stages; raise NotFound, or Conflict when both hold different files."""
        old, new = self._folder(source, release), self._folder(target, release)
        with translate_faults("published release", release):
            before, after = self._list_sizes(old), self._list_sizes(new)
            if METADATA_FILE not in before and METADATA_FILE not in after:
                raise NotFound("published release", release)
            if METADATA_FILE in before and METADATA_FILE in after and _strip(before) != _strip(after):
                raise explain_conflict(target, release)
            if METADATA_FILE not in after:
                for path, size in _strip(before).items():
                    self._copy(f"{old}/{path}", f"{new}/{path}", size)
                self._copy(f"{old}/{METADATA_FILE}", f"{new}/{METADATA_FILE}", before[METADATA_FILE])
        self.withdraw(source, release)

    def write_keys(self, project: ProjectKey, keys: bytes) -> None:
        """Replace the project's `KEYS` in every published stage."""
        with translate_faults("project", project):
            for stage in PUBLISHED_STAGES:
                obstore.put(self._store, self._key(KeysCoordinate(stage, project)), keys)

    def open(self, place: Coordinate | KeysCoordinate) -> BlobReader:
        """Return a reader of a published file or `KEYS`; raise NotFound, also for `latest`."""
        return ObjectReader(self._store, self._key(place), "file", place.path)

    def local_path(self, place: Coordinate | KeysCoordinate) -> Path | None:
        """Return None: objects are not on this machine's disk. Raise NotFound."""
        self.open(place)
        return None

    def tidy(self, before: datetime) -> None:
        """Do nothing: what interrupted work left behind stands where the repetition finds it."""

    def _folder(self, stage: Stage, release: ReleaseKey) -> str:
        return f"{_PREFIX}/{locate_folder(stage, release)}"

    def _key(self, place: Coordinate | KeysCoordinate) -> str:
        return f"{_PREFIX}/{locate_file(place)}"

    def _list_sizes(self, folder: str) -> dict[str, int]:
        """Return the size of every file by its path in the folder."""
        return {
            meta["path"].removeprefix(f"{folder}/"): meta["size"]
            for batch in obstore.list(self._store, folder)
            for meta in batch
        }

    def _copy_blob(self, entry: FileEntry, target: str) -> None:
        with translate_faults("blob", entry.content.sha512):
            self._copy(self._blobs.key(entry.content.sha512), target, entry.content.size)

    def _copy(self, source: str, target: str, size: int) -> None:
        if size <= self._largest_copy_bytes:
            obstore.copy(self._store, source, target)
            return
        noted = self._read_noted(source)
        attributes = {SHA512_ATTRIBUTE: noted} if noted else {}
        # Only a writer takes bytes that come from an object store: `put` cannot call back into obstore.
        with obstore.open_writer(
            self._store,
            target,
            attributes=attributes,
            buffer_size=choose_part_size(size),
            max_concurrency=UPLOADS_AT_ONCE,
        ) as writer:
            for chunk in self._iterate(source):
                writer.write(chunk)

    def _iterate(self, key: str) -> Iterator[bytes]:
        return ObjectReader(self._store, key, "object", key).iterate()

    def _read_noted(self, key: str) -> str | None:
        """Return the hexadecimal sha512 that was noted when the bytes were stored, and copied with them."""
        return obstore.get(self._store, key, options={"head": True}).attributes.get(SHA512_ATTRIBUTE)

    def _delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def _holds(self, folder: str, present: dict[str, int], files: tuple[FileEntry, ...]) -> bool:
        if _strip(present) != {entry.path: entry.content.size for entry in files}:
            return False
        return all(self._is_same(f"{folder}/{entry.path}", entry.content.sha512) for entry in files)

    def _is_same(self, key: str, sha512: Digest) -> bool:
        """Compare by the digest that came along with the copy; read the object when there is none."""
        noted = self._read_noted(key) or hash_chunks(self._iterate(key)).sha512.hex
        return noted == sha512.hex


def _strip(sizes: dict[str, int]) -> dict[str, int]:
    return {path: size for path, size in sizes.items() if path != METADATA_FILE}
