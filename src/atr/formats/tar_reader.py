# SPDX-License-Identifier: Apache-2.0
"""Reading a tar stream member by member, without ever going back.

The standard library's reader costs 28 microseconds a member and forgives what a release must not contain.
"""

from collections.abc import Iterator

from atr.formats.budget import Budget
from atr.formats.decompression import CHUNK, Reader
from atr.formats.member import Defect, DefectKind, Entry, Member, MemberKind, ReportDefect, Unreadable
from atr.formats.tar_header import (
    BLOCK,
    ENCODING,
    EXTENSIONS,
    GNU_LONG_LINK,
    GNU_LONG_NAME,
    GNU_SPARSE,
    PAX_GLOBAL,
    TarHeader,
    parse_header,
    parse_records,
)

_ZEROS = bytes(BLOCK)
_LONG_FIELDS = {GNU_LONG_NAME: "path", GNU_LONG_LINK: "linkpath"}
_LINKS = frozenset({MemberKind.SYMLINK, MemberKind.HARDLINK})
_BODILESS = frozenset(
    {MemberKind.HARDLINK, MemberKind.SYMLINK, MemberKind.DIRECTORY, MemberKind.DEVICE, MemberKind.FIFO}
)


class TarReader:
    """Yields the members of a tar stream; raises Unreadable where it cannot go on."""

    def __init__(
        self, stream: Reader, budget: Budget, report: ReportDefect, containers: tuple[str, ...] = ()
    ) -> None:
        """Read from `stream`, which is already decompressed; `containers` names the archives around it."""
        self._stream = stream
        self._budget = budget
        self._report = report
        self._containers = containers
        self._buffer = b""
        self._at = 0
        self._left = 0  # bytes of the current member's content that nobody has read
        self._globals: dict[str, str] = {}
        self._position = 0

    def entries(self) -> Iterator[Entry]:
        """Yield every member in order."""
        while (header := self._next_header()) is not None:
            kind = header.kind
            size = 0 if kind in _BODILESS else header.size
            link = header.link if kind in _LINKS else None
            self._budget.spend_member(header.path, size)
            member = Member(header.path, kind, header.mode, size, link, self._containers)
            padded = size + -size % BLOCK
            if padded <= len(self._buffer) - self._at:  # nearly always: the content is in the buffer
                content = self._buffer[self._at : self._at + size]
                self._at += padded
                self._position += padded
                yield Entry(member, iter((content,)))
            else:
                self._left = size
                yield Entry(member, self._content())
                self._skip_rest(padded - size)

    def _next_header(self) -> TarHeader | None:
        records = dict(self._globals)
        while True:
            block = self._read_block()
            if block is None:
                if records != self._globals:
                    message = "The archive ends after an extended header, without its member."
                    self._report(Defect(DefectKind.TRUNCATED, message))
                return None
            header = self._parse(block)
            if header.type not in EXTENSIONS:
                break
            self._take_extension(header, records)
        if records:
            self._apply(header, records)
        if header.type == GNU_SPARSE or "GNU.sparse.major" in records or "GNU.sparse.map" in records:
            self._take_sparse(header, block)
        return header

    def _apply(self, header: TarHeader, records: dict[str, str]) -> None:
        try:
            header.apply(records)
        except ValueError as error:
            raise self._damage(str(error)) from error

    def _read_block(self) -> bytes | None:
        """Return the next header block, or None at the end."""
        block = self._read(BLOCK)
        self._position += BLOCK
        if block == _ZEROS:
            self._look_beyond()
            return None
        if len(block) == BLOCK:
            return block
        message = "The archive ends inside a header." if block else "The archive has no end marker."
        self._report(Defect(DefectKind.TRUNCATED, message))
        return None

    def _look_beyond(self) -> None:
        while data := self._read(CHUNK):
            if data.strip(b"\0"):
                self._report(Defect(DefectKind.TRAILING_DATA, "There is data after the end of the archive."))
                break
        while self._stream.read(CHUNK):  # so that the checksum of the compressed stream is verified
            pass

    def _parse(self, block: bytes) -> TarHeader:
        try:
            return parse_header(block)
        except ValueError as error:
            if self._position == BLOCK:
                message = "This is no tar archive: it does not begin with a header."
                raise Unreadable(Defect(DefectKind.WRONG_FORMAT, message)) from error
            raise self._damage(str(error)) from error

    def _take_extension(self, header: TarHeader, records: dict[str, str]) -> None:
        if header.size > self._budget.limits.header_bytes:
            raise self._damage(f"an extended header claims {header.size} bytes")
        body = self._read(header.size)
        if len(body) < header.size:
            raise Unreadable(Defect(DefectKind.TRUNCATED, "The archive ends inside an extended header."))
        self._read(-header.size % BLOCK)
        self._position += header.size + -header.size % BLOCK
        self._budget.spend_member("", 0)
        try:
            found = self._interpret(header.type, body)
        except ValueError as error:
            raise self._damage(str(error)) from error
        records.update(found)

    def _interpret(self, kind: int, body: bytes) -> dict[str, str]:
        if kind in _LONG_FIELDS:
            return {_LONG_FIELDS[kind]: body.partition(b"\0")[0].decode(*ENCODING)}
        records = parse_records(body)
        if kind == PAX_GLOBAL:
            self._globals.update(records)
        return records

    def _take_sparse(self, header: TarHeader, block: bytes) -> None:
        message = "A sparse member is unpacked differently by different programs."
        self._report(Defect(DefectKind.UNSUPPORTED, message, header.path))
        more = header.type == GNU_SPARSE and bool(block[482])
        while more:
            extension = self._read(BLOCK)
            self._position += BLOCK
            self._budget.spend_member("", 0)
            more = len(extension) == BLOCK and bool(extension[504])

    def _content(self) -> Iterator[bytes]:
        while self._left:
            data = self._read(min(self._left, CHUNK))
            if not data:
                raise Unreadable(Defect(DefectKind.TRUNCATED, "The archive ends inside a member."))
            self._left -= len(data)
            self._position += len(data)
            yield data

    def _skip_rest(self, padding: int) -> None:
        for _ in self._content():
            pass
        self._position += padding
        self._read(padding)

    def _read_some(self, size: int) -> bytes:
        if self._at >= len(self._buffer):
            self._buffer, self._at = self._stream.read(CHUNK), 0
        data = self._buffer[self._at : self._at + size]
        self._at += len(data)
        return data

    def _read(self, size: int) -> bytes:
        end = self._at + size
        if end <= len(self._buffer):
            data = self._buffer[self._at : end]
            self._at = end
            return data
        data = self._read_some(size)
        while len(data) < size and (more := self._read_some(size - len(data))):
            data += more
        return data

    def _damage(self, reason: str) -> Unreadable:
        message = f"The archive is damaged at byte {self._position}: {reason}."
        return Unreadable(Defect(DefectKind.DAMAGED, message))
