# SPDX-License-Identifier: Apache-2.0
"""The directory at the end of a zip file (PKWARE APPNOTE 6.3.10), read in pieces however long it is."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from atr.formats.budget import Budget
from atr.formats.member import Defect, DefectKind, ReportDefect, Unreadable

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_RECORD = struct.Struct("<4s6H3L5H2L")
_LONGEST_COMMENT = 65535
_PIECE = 256 * 1024
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENDLESS = 1 << 62
_UNICODE_PATH = 0x7075
_UTF8_FLAG = 0x800


@dataclass(frozen=True, slots=True)
class DirectoryEnd:
    """Where the directory is: offset in the file, size in bytes, entries, and bytes before the archive."""

    offset: int
    size: int
    entries: int
    prefix: int


class DirectoryRecord(NamedTuple):
    """One member as the directory describes it; `offset` is that of its local header in the file."""

    path: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    mode: int
    is_directory: bool
    offset: int
    other_name: str | None

    @property
    def is_encrypted(self) -> bool:
        """Tell whether the content cannot be read without a password."""
        return bool(self.flags & 0x41)


def find_end(file: BinaryIO, report: ReportDefect) -> DirectoryEnd:
    """Find the directory; report what stands around the archive, raise Unreadable when there is none."""
    size = file.seek(0, 2)
    start = max(0, size - _LONGEST_COMMENT - _END.size)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6", 0, max(0, len(tail) - _END.size + 4))
    if at < 0:
        raise Unreadable(Defect(DefectKind.TRUNCATED, "The zip file has no directory at its end."))
    *_, entries, length, offset, comment = _END.unpack_from(tail, at)
    if start + at + _END.size + comment != size:
        report(Defect(DefectKind.TRAILING_DATA, "There is data after the end of the zip file."))
    position = start + at
    plain = (entries, length, offset)
    entries, length, offset, position = _read_end64(file, position, plain)
    full = (_FULL16, _FULL32, _FULL32)
    if any(
        said not in {most, wide}
        for said, most, wide in zip(plain, full, (entries, length, offset), strict=True)
    ):
        report(Defect(DefectKind.INCONSISTENT, "The zip file's two ends name different directories."))
    prefix = position - length - offset
    if prefix < 0:
        raise Unreadable(Defect(DefectKind.DAMAGED, "The zip file's directory is not where it should be."))
    if prefix:
        _report_prefix(file, prefix, report)
    return DirectoryEnd(offset + prefix, length, entries, prefix)


def _report_prefix(file: BinaryIO, prefix: int, report: ReportDefect) -> None:
    """Report what stands before the archive; programs that read from the front would see another archive."""
    file.seek(0)
    if file.read(4) == b"PK\3\4":
        report(Defect(DefectKind.INCONSISTENT, "There are members before those that the directory names."))
    report(Defect(DefectKind.LEADING_DATA, f"There are {prefix} bytes before the zip file begins."))


def _read_end64(file: BinaryIO, position: int, plain: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Return what the 64-bit end says, if there is one, and where the directory ends."""
    file.seek(max(0, position - _END64_LOCATOR.size))
    locator = file.read(_END64_LOCATOR.size)
    if position < _END64_LOCATOR.size or not locator.startswith(b"PK\6\7"):
        return (*plain, position)
    offset = _refuse_endless(_END64_LOCATOR.unpack(locator)[2])
    for start in (offset, position - _END64_LOCATOR.size - _END64.size):
        file.seek(max(0, start))
        record = file.read(_END64.size)
        if len(record) == _END64.size and record.startswith(b"PK\6\6"):
            *_, entries, length, directory = map(_refuse_endless, _END64.unpack(record)[4:])
            return entries, length, directory, start
    raise Unreadable(Defect(DefectKind.DAMAGED, "The zip file's 64-bit directory is missing."))


def _refuse_endless(number: int) -> int:
    """Return a size or place in a file; raise Unreadable for one that no file has."""
    if number >= _ENDLESS:
        raise Unreadable(
            Defect(DefectKind.DAMAGED, "The zip file's directory names a place that no file has.")
        )
    return number


def read_directory(file: BinaryIO, end: DirectoryEnd, budget: Budget) -> Iterator[DirectoryRecord]:
    """Yield every record of the directory; the file may be read elsewhere between two of them."""
    if end.entries > budget.limits.members:
        budget.refuse_members()
    pieces = _Pieces(file, end.offset, end.size)
    for _ in range(end.entries):
        fixed = pieces.take(_RECORD.size)
        if len(fixed) < _RECORD.size or not fixed.startswith(b"PK\1\2"):
            raise Unreadable(Defect(DefectKind.DAMAGED, "The zip file's directory is damaged."))
        fields = _RECORD.unpack(fixed)
        name_size, extra_size, comment_size = fields[10:13]
        rest = pieces.take(name_size + extra_size + comment_size)
        yield _make_record(fields, rest[:name_size], rest[name_size : name_size + extra_size], end.prefix)
    if pieces.left:
        raise Unreadable(
            Defect(DefectKind.INCONSISTENT, "The zip file's directory holds more than it says it does.")
        )


def _make_record(fields: tuple[int, ...], raw_name: bytes, extra: bytes, prefix: int) -> DirectoryRecord:
    _, made_by, _, flags, method, _, _, crc, packed, size, *_, attributes, offset = fields
    if _FULL32 in {size, packed, offset}:
        size, packed, offset = map(_refuse_endless, _widen(extra, [size, packed, offset]))
    path = _decode_name(raw_name, flags)
    return DirectoryRecord(
        path=path,
        raw_name=raw_name,
        flags=flags,
        method=method,
        crc=crc,
        packed_size=packed,
        size=size,
        mode=attributes >> 16 if made_by >> 8 == 3 else 0,
        is_directory=path.endswith("/") or (made_by >> 8 == 0 and bool(attributes & 0x10)),
        offset=offset + prefix,
        other_name=_find_other_name(extra, raw_name) if b"up" in extra else None,
    )


def _find_other_name(extra: bytes, raw_name: bytes) -> str | None:
    """Return the name in the Unicode Path field, which some programs prefer, if it stands for another one.

    It is there for names in old character sets, and may not replace a name that needs none.
    """
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        name = extra[at + 9 : at + 4 + length]
        if kind == _UNICODE_PATH and raw_name.isascii() and name != raw_name:
            return name.decode("utf-8", "surrogateescape")
        at += 4 + length
    return None


def _widen(extra: bytes, values: list[int]) -> list[int]:
    """Replace the values that did not fit in 32 bits by those of the 64-bit extra field."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            wide = (body[start : start + 8] for start in range(0, len(body) - 7, 8))
            return [
                int.from_bytes(next(wide, b""), "little") if value == _FULL32 else value for value in values
            ]
        at += 4 + length
    return values


def _decode_name(raw_name: bytes, flags: int) -> str:
    if flags & _UTF8_FLAG:
        return raw_name.decode("utf-8", "surrogateescape")
    try:
        return raw_name.decode("utf-8")
    except UnicodeDecodeError:
        return raw_name.decode("cp437")


class _Pieces:
    """Reads a long range of a file through a small buffer, finding its place again each time."""

    def __init__(self, file: BinaryIO, offset: int, size: int) -> None:
        self._file = file
        self._offset = offset
        self._unread = size
        self._buffer = b""
        self._at = 0

    @property
    def left(self) -> int:
        return self._unread + len(self._buffer) - self._at

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._buffer):
            self._file.seek(self._offset)
            more = self._file.read(min(self._unread, _PIECE))
            self._offset += len(more)
            self._unread -= len(more) or self._unread
            self._buffer, self._at, end = self._buffer[self._at :] + more, 0, size
        data = self._buffer[self._at : end]
        self._at += len(data)
        return data
