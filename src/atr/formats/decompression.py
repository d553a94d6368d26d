# SPDX-License-Identifier: Apache-2.0
"""Decompressing streams that notice every byte that does not belong to them."""

import bz2
import lzma
from collections.abc import Callable
from typing import Protocol

from backports import zstd
from isal import igzip_lib

from atr.formats.budget import Budget
from atr.formats.member import Defect, DefectKind, ReportDefect, Unreadable

CHUNK = 128 * 1024
_SLICE = 16 * 1024  # what is left of a piece is given on in slices: streams may be a few bytes short
_XZ_MEMORY = 96 * 1024 * 1024
_ZSTD_WINDOW_LOG = 27  # 128 MiB, what the zstd program accepts without being asked to


class Reader(Protocol):
    """Anything that gives its bytes in order."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


class Decompressor(Protocol):
    """What the decompressors of the standard library and their faster twins have in common."""

    @property
    def eof(self) -> bool:
        """Tell whether the end of the compressed stream was reached."""

    @property
    def needs_input(self) -> bool:
        """Tell whether nothing more comes out before something goes in."""

    @property
    def unused_data(self) -> bytes:
        """Return what was given beyond the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return the next bytes."""


ERRORS: tuple[type[Exception], ...] = (  # type: ignore[assignment]  # a stub calls IsalError an instance
    igzip_lib.IsalError,
    OSError,
    EOFError,
    ValueError,
    lzma.LZMAError,
    zstd.ZstdError,
)
_FORMATS: tuple[tuple[bytes, str, Callable[[], Decompressor]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", "xz", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)),
    (
        b"\x28\xb5\x2f\xfd",
        "zstd",
        lambda: zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}),
    ),
)


def recognise_compression(head: bytes) -> str | None:
    """Return the name of the compression that the first bytes show."""
    return next((name for magic, name, _ in _FORMATS if head.startswith(magic)), None)


class DecompressedStream:
    """Reads what is inside a compressed stream of one or more members; raises Unreadable when damaged."""

    def __init__(self, source: Reader, compression: str, budget: Budget, report: ReportDefect) -> None:
        """Read from `source`, whose compression is known; what follows the stream is reported."""
        self._source = source
        self._magic, self._name, self._make = next(row for row in _FORMATS if row[1] == compression)
        self._budget = budget
        self._report = report
        self._decompressor = self._make()
        self._pending = b""
        self._ahead = memoryview(b"")
        self._finished = False

    def read(self, size: int, /) -> bytes:
        """Return at most `size` decompressed bytes, none at the end."""
        while not self._finished:
            if self._decompressor.eof:
                self._begin_next()
            elif data := self._pull(size):
                self._budget.spend_bytes(len(data))
                return data
        return b""

    def _pull(self, size: int) -> bytes:
        if self._decompressor.needs_input and not self._pending:
            self._pending = self._fill()
            if not self._pending:
                raise Unreadable(Defect(DefectKind.TRUNCATED, f"The {self._name} stream ends too early."))
        pending, self._pending = self._pending, b""
        try:
            return self._decompressor.decompress(pending, size)
        except ERRORS as error:
            message = f"The {self._name} stream is damaged: {error}."
            raise Unreadable(Defect(DefectKind.DAMAGED, message)) from error

    def _fill(self) -> bytes:
        if self._ahead:
            piece, self._ahead = bytes(self._ahead[:_SLICE]), self._ahead[_SLICE:]
            return piece
        data = self._source.read(CHUNK)
        self._budget.feed_input(len(data))
        return data

    def _begin_next(self) -> None:
        rest = self._decompressor.unused_data
        if len(rest) > _SLICE:
            self._ahead, rest = memoryview(rest)[_SLICE:], rest[:_SLICE]
        while len(rest) < len(self._magic) and (more := self._fill()):
            rest += more
        if rest.startswith(self._magic):
            self._decompressor = self._make()
            self._pending = rest
            return
        self._finished = True
        self._look_beyond(rest)

    def _look_beyond(self, rest: bytes) -> None:
        """Report what stands after the end; zero bytes are padding that some tools write."""
        while rest:
            if rest.strip(b"\0"):
                message = f"There is data after the end of the {self._name} stream."
                self._report(Defect(DefectKind.TRAILING_DATA, message))
                return
            rest = self._fill()


class PlainStream:
    """Reads a source that is not compressed, counting what it costs."""

    def __init__(self, source: Reader, budget: Budget) -> None:
        """Read from `source`."""
        self._source = source
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        data = self._source.read(size)
        self._budget.feed_input(len(data))
        self._budget.spend_bytes(len(data))
        return data
