# SPDX-License-Identifier: Apache-2.0
"""The tree of published releases on this machine's disk.

A folder is built under a hidden name and then renamed: it is there completely or not at all, and a rename
onto a folder that holds something is refused by the system, so of two publishers one finds the other's
work. Taking away is a rename to a hidden name first. Hidden names are `.building/...` at the root; what a
crash leaves there is removed by `tidy`.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from errno import EEXIST, EMLINK, ENOTEMPTY, EPERM, EXDEV
from pathlib import Path
from uuid import uuid4

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import METADATA_FILE, Coordinate, KeysCoordinate
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Stage
from atr.domain.names import ProjectKey, ReleaseKey
from atr.ports.blobs import BlobReader, Blobs
from atr.storage.digesting import hash_chunks
from atr.storage.faults import translate_faults
from atr.storage.paths import join_inside
from atr.storage.placement import READ_ONLY
from atr.storage.readers import FileReader
from atr.storage.tree_rules import (
    PUBLISHED_STAGES,
    check_files,
    explain_conflict,
    locate_file,
    locate_folder,
)

_BUILDING = ".building"


class DiskTree:
    """Publishes by hard link where the store is on the same file system, by copy otherwise."""

    def __init__(self, root: Path, blobs: Blobs) -> None:
        self._root = root
        self._building = root / _BUILDING
        self._building.mkdir(parents=True, exist_ok=True)
        self._blobs = blobs

    def publish(self, stage: Stage, release: ReleaseKey, files: Iterable[FileEntry], metadata: bytes) -> None:
        """Make the release's folder appear with its files and `release.json`; see the port."""
        folder = self._folder(stage, release)
        wanted = check_files(files)
        with translate_faults("folder", release):
            if not folder.exists() and self._build(folder, wanted, metadata):
                return
            if not _holds(folder, wanted, self._blobs):
                raise explain_conflict(stage, release)
            if (folder / METADATA_FILE).read_bytes() != metadata:
                self._replace(folder / METADATA_FILE, metadata)

    def withdraw(self, stage: Stage, release: ReleaseKey) -> None:
        """Make the release's folder disappear, if it is there."""
        gone = self._hidden()
        with translate_faults("folder", release):
            with suppress(FileNotFoundError):
                self._folder(stage, release).rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def move(self, release: ReleaseKey, source: Stage, target: Stage) -> None:
        """Move the folder between stages; raise NotFound, or Conflict when both hold different files."""
        old, new = self._folder(source, release), self._folder(target, release)
        with translate_faults("published release", release):
            if old.exists() and new.exists():
                if _list_sizes(old) != _list_sizes(new):
                    raise explain_conflict(target, release)
                self.withdraw(source, release)
            elif old.exists() or not new.exists():
                new.parent.mkdir(parents=True, exist_ok=True)
                old.rename(new)

    def write_keys(self, project: ProjectKey, keys: bytes) -> None:
        """Replace the project's `KEYS` in every published stage."""
        with translate_faults("project", project):
            for stage in PUBLISHED_STAGES:
                self._replace(self._path(KeysCoordinate(stage, project)), keys)

    def open(self, place: Coordinate | KeysCoordinate) -> BlobReader:
        """Return a reader of a published file or `KEYS`; raise NotFound, also for `latest`."""
        return FileReader(self.local_path(place), "file", place.path)

    def local_path(self, place: Coordinate | KeysCoordinate) -> Path:
        """Return the file; raise NotFound."""
        path = self._path(place)
        if not path.is_file():
            raise NotFound("file", place.path)
        return path

    def tidy(self, before: datetime) -> None:
        """Remove what interrupted work left behind before the moment."""
        for path in self._building.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    def _folder(self, stage: Stage, release: ReleaseKey) -> Path:
        return join_inside(self._root, locate_folder(stage, release))

    def _path(self, place: Coordinate | KeysCoordinate) -> Path:
        return join_inside(self._root, locate_file(place))

    def _hidden(self) -> Path:
        return self._building / uuid4().hex

    def _build(self, folder: Path, files: tuple[FileEntry, ...], metadata: bytes) -> bool:
        """Build and show the folder; tell whether it was ours that appeared."""
        hidden = self._hidden()
        hidden.mkdir()
        try:
            for entry in files:
                self._place(entry, join_inside(hidden, entry.path))
            (hidden / METADATA_FILE).write_bytes(metadata)
            folder.parent.mkdir(parents=True, exist_ok=True)
            hidden.rename(folder)
        except OSError as error:
            if error.errno not in {EEXIST, ENOTEMPTY}:
                raise
            return False
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
        return True

    def _place(self, entry: FileEntry, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        source = self._blobs.local_path(entry.content.sha512)
        if source is not None:
            try:
                os.link(source, target)
            except OSError as error:
                if error.errno not in {EXDEV, EPERM, EMLINK}:
                    raise
            else:
                return
        with target.open("xb") as file:
            file.writelines(self._blobs.open(entry.content.sha512).iterate())
        target.chmod(READ_ONLY)

    def _replace(self, path: Path, data: bytes) -> None:
        hidden = self._hidden()
        hidden.write_bytes(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden.replace(path)


def _list_sizes(folder: Path) -> dict[str, int]:
    """Return the size of every file by its path, the metadata left out."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}
    sizes.pop(METADATA_FILE, None)
    return sizes


def _holds(folder: Path, files: tuple[FileEntry, ...], blobs: Blobs) -> bool:
    """Tell whether the folder holds exactly these bytes; only copies need to be read for it."""
    if _list_sizes(folder) != {entry.path: entry.content.size for entry in files}:
        return False
    return all(_is_same(join_inside(folder, entry.path), entry, blobs) for entry in files)


def _is_same(path: Path, entry: FileEntry, blobs: Blobs) -> bool:
    with suppress(NotFound):
        source = blobs.local_path(entry.content.sha512)
        if source is not None and source.samefile(path):
            return True
    return hash_chunks(FileReader(path, "file", entry.path).iterate()).sha512 == entry.content.sha512
