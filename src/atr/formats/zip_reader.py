# SPDX-License-Identifier: Apache-2.0
"""Reading the members of a zip file, every checksum and size compared with what was promised."""

import bz2
import stat
import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import BinaryIO

from backports import zstd
from isal import igzip_lib, isal_zlib

from atr.formats.budget import Budget
from atr.formats.decompression import CHUNK, ERRORS, Decompressor
from atr.formats.member import Defect, DefectKind, Entry, Member, MemberKind, ReportDefect
from atr.formats.zip_directory import DirectoryRecord, find_end, read_directory

_LOCAL_SIZE = 30
_LOCAL = struct.Struct("<2H4x3L2H")  # from the flags on
_DESCRIPTOR32, _DESCRIPTOR64 = struct.Struct("<4s3L"), struct.Struct("<4sL2Q")
_DESCRIBED_BEHIND = 8
_FULL = 0xFFFFFFFF
_STORED = 0
_METHODS: dict[int, Callable[[], Decompressor]] = {
    8: lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE),
    12: bz2.BZ2Decompressor,
    93: zstd.ZstdDecompressor,
}
_USUAL = (_STORED, 8)
_ENCRYPTED = 0x41
_READ_BEHIND = 88  # bytes for extra fields before the content and a description behind it
_LONGEST_LINK = 4096


class _MemberDamage(Exception):
    """Raised when a member's content ends; the members after it can still be read."""


class ZipReader:
    """Yields the members of a zip file; raises Unreadable where it cannot go on."""

    def __init__(
        self, file: BinaryIO, budget: Budget, report: ReportDefect, containers: tuple[str, ...] = ()
    ) -> None:
        """Read from a file that can be read anywhere; `containers` names the archives around it."""
        self._containers = containers
        self._file = file
        self._budget = budget
        self._report = report
        self._extents = array("Q")

    def entries(self) -> Iterator[Entry]:
        """Yield every member in the order of the directory."""
        end = find_end(self._file, self._report)
        for record in read_directory(self._file, end, self._budget):
            self._budget.spend_member(record.path, record.size)
            small = self._unpack_small(record)
            content = self._content(record) if small is None else iter((small,))
            yield Entry(*self._describe(record, content))
            for _ in content:
                pass
        self._compare_extents(end.offset)

    def _describe(self, record: DirectoryRecord, content: Iterator[bytes]) -> tuple[Member, Iterator[bytes]]:
        kind, link = MemberKind.FILE, None
        if record.is_directory:
            kind = MemberKind.DIRECTORY
        elif stat.S_ISLNK(record.mode):
            kind = MemberKind.SYMLINK
            link = b"".join(content)[:_LONGEST_LINK].decode("utf-8", "surrogateescape")
        elif stat.S_IFMT(record.mode) not in {0, stat.S_IFREG}:
            kind = MemberKind.OTHER
        mode = stat.S_IMODE(record.mode)
        return Member(record.path, kind, mode, record.size, link, self._containers), content

    def _unpack_small(self, record: DirectoryRecord) -> bytes | None:
        """Return the content of a small member; None, before anything is counted, if anything is odd."""
        if (
            record.method not in _USUAL
            or record.flags & _ENCRYPTED
            or max(record.size, record.packed_size) > CHUNK
        ):
            return None
        self._file.seek(record.offset)
        raw = self._file.read(_LOCAL_SIZE + len(record.raw_name) + record.packed_size + _READ_BEHIND)
        start = _find_small_data(raw, record)
        end = start + record.packed_size
        if not start or end > len(raw) or not _fits_descriptor(raw[end : end + _DESCRIPTOR64.size], record):
            return None
        content = raw[start:end] if record.method == _STORED else _inflate(raw[start:end], record.size)
        if content is None or len(content) != record.size or isal_zlib.crc32(content) != record.crc:
            return None
        self._extents.extend((record.offset, record.offset + end))
        self._budget.feed_input(record.packed_size)
        self._budget.spend_bytes(record.size)
        return content

    def _content(self, record: DirectoryRecord) -> Iterator[bytes]:
        """Yield the content; report, once, what is wrong with it."""
        start = self._find_data(record)
        if start is None:
            return
        self._extents.extend((record.offset, start + record.packed_size))
        if record.is_encrypted:
            return self._complain(record, DefectKind.ENCRYPTED, "is encrypted, so nobody can review it")
        if record.method != _STORED and record.method not in _METHODS:
            reason = f"is compressed with method {record.method}, which is not supported"
            return self._complain(record, DefectKind.UNSUPPORTED, reason)
        crc = size = 0
        try:
            for chunk in self._unpack(record, start):
                crc = isal_zlib.crc32(chunk, crc)
                size += len(chunk)
                yield chunk
        except _MemberDamage as damage:
            return self._complain(record, DefectKind.DAMAGED, str(damage))
        if crc != record.crc or size != record.size:
            self._complain(record, DefectKind.DAMAGED, "does not have the size and checksum it should have")

    def _find_data(self, record: DirectoryRecord) -> int | None:
        self._file.seek(record.offset)
        header = self._file.read(_LOCAL_SIZE + len(record.raw_name))
        if len(header) < _LOCAL_SIZE or not header.startswith(b"PK\3\4"):
            self._complain(record, DefectKind.DAMAGED, "is not where the directory says it is")
            return None
        flags, method, crc, packed, size, name_size, extra_size = _LOCAL.unpack_from(header, 6)
        if name_size != len(record.raw_name) or header[_LOCAL_SIZE:] != record.raw_name:
            self._complain(record, DefectKind.INCONSISTENT, "has another name in its own header")
        if record.other_name is not None:
            reason = f"is called {record.other_name[:200]!r} in a field that some programs prefer"
            self._complain(record, DefectKind.INCONSISTENT, reason)
        if method != record.method:
            self._complain(record, DefectKind.INCONSISTENT, "has another compression in its own header")
        elif not flags & _DESCRIBED_BEHIND and not (
            crc == record.crc and packed in {record.packed_size, _FULL} and size in {record.size, _FULL}
        ):
            self._complain(record, DefectKind.INCONSISTENT, "has another size in its own header")
        start: int = record.offset + _LOCAL_SIZE + name_size + extra_size
        self._file.seek(start + record.packed_size)
        if not _fits_descriptor(self._file.read(_DESCRIPTOR64.size), record):
            self._complain(record, DefectKind.INCONSISTENT, "has another size behind its content")
        return start

    def _unpack(self, record: DirectoryRecord, start: int) -> Iterator[bytes]:
        if record.method == _STORED:
            for chunk in self._packed(start, record.packed_size):
                self._budget.spend_bytes(len(chunk))
                yield chunk
            return
        decompressor = _METHODS[record.method]()
        size = 0
        for packed in self._packed(start, record.packed_size):
            data = packed
            while not decompressor.eof and (data or not decompressor.needs_input):
                chunk = _decompress(decompressor, data)
                data = b""
                size += len(chunk)
                self._budget.spend_bytes(len(chunk))
                if size > record.size:
                    raise _MemberDamage(f"unpacks to more than the {record.size} bytes it claims")
                if chunk:
                    yield chunk

    def _packed(self, start: int, size: int) -> Iterator[bytes]:
        at, stop = start, start + size
        while at < stop:
            self._file.seek(at)
            data = self._file.read(min(CHUNK, stop - at))
            if not data:
                raise _MemberDamage("ends too early")
            at += len(data)
            self._budget.feed_input(len(data))
            yield data

    def _complain(self, record: DirectoryRecord, kind: DefectKind, reason: str) -> None:
        self._report(Defect(kind, f"The member {reason}.", record.path))

    def _compare_extents(self, directory: int) -> None:
        """Report members that share bytes with each other or the directory, and members between them."""
        starts = self._extents[::2]
        places: Sequence[int] = range(len(starts))
        if any(before > after for before, after in pairwise(starts)):
            places = sorted(places, key=starts.__getitem__)
        overlap = hidden = False
        end = None
        for start, stop in chain(
            ((starts[at], self._extents[2 * at + 1]) for at in places), [(directory,) * 2]
        ):
            overlap |= end is not None and start < end
            hidden |= end is not None and start >= end + _LOCAL_SIZE and self._is_member_at(end, start)
            end = stop
        if overlap:
            self._report(Defect(DefectKind.OVERLAPPING, "Members of the zip file overlap."))
        if hidden:
            message = "There are members in the zip file that its directory does not name."
            self._report(Defect(DefectKind.INCONSISTENT, message))

    def _is_member_at(self, start: int, stop: int) -> bool:
        """Tell whether a member begins here, perhaps after what describes the one before."""
        self._file.seek(start)
        return b"PK\3\4" in self._file.read(min(stop - start, _LOCAL_SIZE + _DESCRIPTOR64.size))


def _find_small_data(raw: bytes, record: DirectoryRecord) -> int:
    """Return where the content begins in bytes that begin with the local header; 0 if anything is odd."""
    if not raw.startswith(b"PK\3\4") or len(raw) < _LOCAL_SIZE or record.other_name is not None:
        return 0
    flags, method, crc, packed, size, name_size, extra_size = _LOCAL.unpack_from(raw, 6)
    sizes = (crc, packed, size)
    is_same = flags & _DESCRIBED_BEHIND or sizes == (record.crc, record.packed_size, record.size)
    name_end: int = _LOCAL_SIZE + name_size
    if method != record.method or not is_same or raw[_LOCAL_SIZE:name_end] != record.raw_name:
        return 0
    return name_end + int(extra_size)


def _fits_descriptor(behind: bytes, record: DirectoryRecord) -> bool:
    """Tell whether what stands behind the content agrees, if it is marked as a description of it."""
    if not record.flags & _DESCRIBED_BEHIND or not behind.startswith(b"PK\7\x08"):
        return True
    truth = (record.crc, record.packed_size, record.size)
    return any(
        len(behind) >= form.size and form.unpack_from(behind)[1:] == truth
        for form in (_DESCRIPTOR32, _DESCRIPTOR64)
    )


def _inflate(packed: bytes, size: int) -> bytes | None:
    """Return what is in the packed bytes unless it is damaged or of another size."""
    decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
    try:
        content = decompressor.decompress(packed, size + 1)
    except ERRORS:
        return None
    return content if decompressor.eof and not decompressor.unused_data else None


def _decompress(decompressor: Decompressor, data: bytes) -> bytes:
    try:
        return decompressor.decompress(data, CHUNK)
    except ERRORS as error:
        raise _MemberDamage(f"is damaged: {error}") from error
