# SPDX-License-Identifier: Apache-2.0
"""Contents as files of this machine, wherever the store keeps them."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import BinaryIO, Self

from atr.domain.artifact import FileEntry
from atr.domain.errors import TooLarge

OpenFile = Callable[[FileEntry], AbstractContextManager[BinaryIO]]
_MOST_REMEMBERED = 4096


class LocalFiles:
    """Gives each content a path; one that is not on this machine is copied, and kept until others are needed.

    Several threads may ask at once.
    """

    def __init__(self, open_file: OpenFile) -> None:
        """Use `open_file`, which opens a content as a binary file for a `with` block."""
        self._open = open_file
        self._small: dict[str, bytes] = {}
        self._folder: Path | None = None
        self._places: dict[str, _Place] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Begin; nothing is copied before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was copied."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def read_small(self, entry: FileEntry, limit: int) -> bytes:
        """Return the whole content; raise TooLarge when it has more than `limit` bytes."""
        if entry.content.size > limit:
            raise TooLarge(f"{entry.path} has {entry.content.size} bytes, at most {limit} are read.")
        key = entry.content.sha512.hex
        if key not in self._small:
            if len(self._small) >= _MOST_REMEMBERED:
                self._small.clear()
            with self._open(entry) as stream:
                self._small[key] = stream.read(limit + 1)
        return self._small[key]

    @contextmanager
    def hold(self, entry: FileEntry) -> Iterator[Path]:
        """Yield a path where the content can be read until the end of the block."""
        place = self._find_place(entry)
        try:
            with place.lock:
                path = place.path or self._settle(entry, place)
            yield path
        finally:
            with self._lock:
                place.users -= 1

    def _find_place(self, entry: FileEntry) -> "_Place":
        """Return the place of a content with one more user; forget the places that nobody uses any more."""
        key = entry.content.sha512.hex
        with self._lock:
            for other in [name for name, place in self._places.items() if name != key and not place.users]:
                self._places.pop(other).remove_copy()
            place = self._places.setdefault(key, _Place())
            place.users += 1
            return place

    def _settle(self, entry: FileEntry, place: "_Place") -> Path:
        """Find the content on this machine, or copy it."""
        with self._open(entry) as stream:
            name = getattr(stream, "name", None)
            if isinstance(name, str) and Path(name).is_file():
                place.path = Path(name)
            else:
                place.path, place.is_copy = self._copy(entry, stream), True
        return place.path

    def _copy(self, entry: FileEntry, stream: BinaryIO) -> Path:
        with self._lock:
            self._folder = self._folder or Path(tempfile.mkdtemp(prefix="atr-check-"))
        path = self._folder / entry.content.sha512.hex
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1024 * 1024)
        return path


@dataclass(slots=True)
class _Place:
    """Where a content is on this machine, for as long as somebody uses it."""

    path: Path | None = None
    is_copy: bool = False
    users: int = 0
    lock: Lock = field(default_factory=Lock)

    def remove_copy(self) -> None:
        if self.is_copy and self.path is not None:
            self.path.unlink(missing_ok=True)
