# SPDX-License-Identifier: Apache-2.0
"""Contents as files of this machine, wherever the store keeps them."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from atr.domain.artifact import FileEntry
from atr.domain.errors import TooLarge

OpenFile = Callable[[FileEntry], AbstractContextManager[BinaryIO]]
_MOST_REMEMBERED = 4096


class LocalFiles:
    """Gives each content a path; a content that is not on this machine is copied, the last one is kept."""

    def __init__(self, open_file: OpenFile) -> None:
        """Use `open_file`, which opens a content as a binary file for a `with` block."""
        self._open = open_file
        self._small: dict[str, bytes] = {}
        self._spool: Path | None = None
        self._spooled: FileEntry | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is copied before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was copied."""
        if self._spool is not None:
            shutil.rmtree(self._spool, ignore_errors=True)

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

    def locate(self, entry: FileEntry) -> Path:
        """Return a path where the content can be read until another one is asked for."""
        if self._spool is not None and self._spooled == entry:
            return self._spool / "content"
        with self._open(entry) as stream:
            name = getattr(stream, "name", None)
            if isinstance(name, str) and Path(name).is_file():
                return Path(name)
            return self._copy(entry, stream)

    def _copy(self, entry: FileEntry, stream: BinaryIO) -> Path:
        if self._spool is None:
            self._spool = Path(tempfile.mkdtemp(prefix="atr-check-"))
        self._spooled = None
        path = self._spool / "content"
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1024 * 1024)
        self._spooled = entry
        return path
