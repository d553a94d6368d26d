# SPDX-License-Identifier: Apache-2.0
"""The readable tree of published releases, laid out by public coordinates."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import Coordinate, KeysCoordinate
from atr.domain.lifecycle import Stage
from atr.domain.names import ProjectKey, ReleaseKey
from atr.ports.blobs import BlobReader


class Published(Protocol):
    """Folders of published files; a folder is there completely or not at all."""

    def publish(self, stage: Stage, release: ReleaseKey, files: Iterable[FileEntry], metadata: bytes) -> None:
        """Make the release's folder appear with its files and `release.json`.

        Publishing the same files again does nothing but bring the metadata up to date. Raise Conflict when
        the folder holds other files, Invalid when a file is named `release.json`, Refused for candidates.
        """

    def withdraw(self, stage: Stage, release: ReleaseKey) -> None:
        """Make the release's folder disappear, if it is there."""

    def move(self, release: ReleaseKey, source: Stage, target: Stage) -> None:
        """Move the folder between stages; raise NotFound, or Conflict when both hold different files."""

    def write_keys(self, project: ProjectKey, keys: bytes) -> None:
        """Replace the project's `KEYS` in every published stage."""

    def open(self, place: Coordinate | KeysCoordinate) -> BlobReader:
        """Return a reader of a published file or `KEYS`; raise NotFound, also for `latest`."""

    def local_path(self, place: Coordinate | KeysCoordinate) -> Path | None:
        """Return the file when the tree is on this machine's disk; raise NotFound."""

    def tidy(self, before: datetime) -> None:
        """Remove what interrupted work left behind before the moment."""
