# SPDX-License-Identifier: Apache-2.0
"""Writing a zip archive as a stream whose size is known before and whose bytes are always the same.

The library's writer puts sizes behind the members of a stream, which Java's stream reader refuses for members
that are stored (java.util.zip.ZipInputStream). Here they stand before them, as the sizes are known.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

MOST_BYTES = 0xFFFF_FFFF
MOST_MEMBERS = 0xFFFF
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _STORED = 20, 1 << 11, 0
_TIME, _DATE = 0, (2000 - 1980) << 9 | 1 << 5 | 1  # midnight, 1 January 2000
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A member to be written: its path, size and CRC-32 known before `read` yields its bytes."""

    path: str
    size: int
    crc: int
    read: Callable[[], Iterable[bytes]]


def measure_zip(members: Sequence[ZipMember]) -> int:
    """Return how many bytes the archive will have; raise ValueError if it needs the 64-bit format."""
    size = _END.size
    for member in members:
        name = len(member.path.encode())
        size += _LOCAL.size + _CENTRAL.size + 2 * name + member.size
    if size > MOST_BYTES or len(members) > MOST_MEMBERS:
        raise ValueError(f"the bundle would have {size} bytes in {len(members)} files, which is too much")
    return size


def write_zip(members: Sequence[ZipMember]) -> Iterator[bytes]:
    """Yield the archive, its members stored in the given order; raise ValueError if one is not as said."""
    measure_zip(members)
    directory, offset = [], 0
    for member in members:
        header = _write_local(member)
        yield header
        yield from _check_size(member)
        directory.append(_write_central(member, offset))
        offset += len(header) + member.size
    entries = b"".join(directory)
    yield entries
    yield _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(entries), offset, 0)


def _write_local(member: ZipMember) -> bytes:
    name = member.path.encode()
    fixed = (_VERSION, _UTF8, _STORED, _TIME, _DATE, member.crc, member.size, member.size, len(name), 0)
    return _LOCAL.pack(b"PK\3\4", *fixed) + name


def _write_central(member: ZipMember, offset: int) -> bytes:
    name = member.path.encode()
    begin = (3 << 8 | _VERSION, _VERSION, _UTF8, _STORED, _TIME, _DATE, member.crc, member.size, member.size)
    return _CENTRAL.pack(b"PK\1\2", *begin, len(name), 0, 0, 0, 0, _MODE, offset) + name


def _check_size(member: ZipMember) -> Iterator[bytes]:
    size = 0
    for chunk in member.read():
        size += len(chunk)
        yield chunk
    if size != member.size:
        raise ValueError(f"{member.path} has {size} bytes instead of {member.size}")
