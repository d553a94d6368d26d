# SPDX-License-Identifier: Apache-2.0
"""The 512 bytes that begin a tar member, and the extended records before them (POSIX.1-2001, GNU tar)."""

from dataclasses import dataclass
from zlib import adler32

from atr.formats.member import MemberKind

BLOCK = 512
_ENDS = b"\0 "
ENCODING = ("utf-8", "surrogateescape")
KINDS = {
    0x30: MemberKind.FILE,
    0x00: MemberKind.FILE,
    0x37: MemberKind.FILE,
    0x53: MemberKind.FILE,  # GNU sparse
    0x31: MemberKind.HARDLINK,
    0x32: MemberKind.SYMLINK,
    0x33: MemberKind.DEVICE,
    0x34: MemberKind.DEVICE,
    0x35: MemberKind.DIRECTORY,
    0x36: MemberKind.FIFO,
}
GNU_LONG_NAME, GNU_LONG_LINK, PAX, PAX_GLOBAL, GNU_SPARSE = 0x4C, 0x4B, 0x78, 0x67, 0x53
EXTENSIONS = frozenset({GNU_LONG_NAME, GNU_LONG_LINK, PAX, PAX_GLOBAL})


@dataclass(slots=True)
class TarHeader:
    """One header block; extended records overwrite its fields."""

    path: str
    mode: int
    size: int
    type: int
    link: str

    @property
    def kind(self) -> MemberKind:
        """Return what the member is; some old archives mark directories by a slash alone."""
        kind = KINDS.get(self.type, MemberKind.OTHER)
        if kind is MemberKind.FILE and self.path.endswith("/"):
            return MemberKind.DIRECTORY
        return kind

    def apply(self, records: dict[str, str]) -> None:
        """Overwrite with the records of an extended header; raise ValueError for a size that is none."""
        self.path = records.get("GNU.sparse.name", records.get("path", self.path))
        self.link = records.get("linkpath", self.link)
        if "size" in records:
            self.size = read_decimal(records["size"])


def parse_header(block: bytes) -> TarHeader:
    """Read a header block; raise ValueError with the reason when it is none."""
    if not _has_checksum(block):
        raise ValueError("its header has a wrong checksum")
    path = _decode(block[:100])
    if block[257:262] == b"ustar" and block[262] == 0 and block[345]:
        path = f"{_decode(block[345:500])}/{path}"
    size = parse_number(block[124:136])
    return TarHeader(path, parse_number(block[100:108]), size, block[156], _decode(block[157:257]))


def _has_checksum(block: bytes) -> bool:
    field = block[148:156]
    claimed = parse_number(field)
    unsigned = _add_bytes(block) - sum(field) + 8 * 0x20
    if claimed == unsigned:
        return True
    high = sum(1 for byte in block if byte > 127) - sum(1 for byte in field if byte > 127)
    return claimed == unsigned - 256 * high  # some old programs added up signed characters


def _add_bytes(block: bytes) -> int:
    """Return the sum; half of an Adler-32 is one, as long as it is below 65,521, and much faster."""
    return (adler32(block) & 0xFFFF) - 1 if block.isascii() else sum(block)


def parse_number(field: bytes) -> int:
    """Read an octal or base-256 number; raise ValueError for anything else, negative numbers included."""
    if field[-1] in _ENDS and (usual := field[:-1]).isdigit():
        return int(usual, 8)
    if field[0] == 0x80:
        return int.from_bytes(field[1:])
    digits = field.replace(b"\0", b" ").split()
    if not digits:
        return 0
    return int(digits[0], 8) if digits[0].isdigit() else _refuse_number(field)


def _refuse_number(field: bytes) -> int:
    raise ValueError(f"its header has {field!r} where a number belongs")


def read_decimal(text: str) -> int:
    """Read the decimal number of an extended record."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise ValueError(f"an extended header has {text[:40]!r} where a number belongs")
    return int(text)


def parse_records(data: bytes) -> dict[str, str]:
    """Read lines of `LENGTH KEY=VALUE`; raise ValueError when they are malformed."""
    records: dict[str, str] = {}
    at = 0
    while at < len(data):
        blank = data.find(b" ", at, at + 12)
        digits = data[at:blank] if blank > 0 else b""
        end = at + (int(digits) if digits.isdigit() else 0)
        record = data[blank + 1 : end]
        if end <= blank or end > len(data) or not record.endswith(b"\n") or b"=" not in record:
            raise ValueError("an extended header is malformed")
        key, _, value = record[:-1].partition(b"=")
        records[key.decode(*ENCODING)] = value.decode(*ENCODING)
        at = end
    return records


def _decode(field: bytes) -> str:
    return field.partition(b"\0")[0].decode(*ENCODING)
