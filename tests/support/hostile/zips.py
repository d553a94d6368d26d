# SPDX-License-Identifier: Apache-2.0
"""Zip files that say one thing in front and another at the end."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.support.archives import make_zip
from tests.support.hostile.sample import Hostile, hostile
from tests.support.hostile.streams import CUTS, MEBIBYTE, cut

_LOCAL = struct.Struct("<4s5H3L2H")
_RECORD = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_FULL = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Part:
    """One member as its own header, the directory and the descriptor behind it describe it."""

    name: bytes
    data: bytes = b"content"
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    packed: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_method: int | None = None
    mode: int = 0o100644
    offset: int | None = None
    descriptor: bytes = b""
    extra: bytes = b""
    body: bytes = b""

    @property
    def content(self) -> bytes:
        """Return the bytes that stand in the file."""
        if self.body:
            return self.body
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush() if self.method == 8 else self.data


def build(
    parts: Sequence[Part], entries: int | None = None, comment: bytes = b"", between: bytes = b""
) -> bytes:
    """Return a zip file of the parts, every lie of theirs included."""
    body, directory = b"", b""
    for part in parts:
        offset = len(body) if part.offset is None else part.offset
        crc = zlib.crc32(part.data) if part.crc is None else part.crc
        size = len(part.data) if part.size is None else part.size
        packed = len(part.content) if part.packed is None else part.packed
        if part.offset is None:
            body += _write_local(part, crc, packed, size)
        directory += _RECORD.pack(
            b"PK\1\2", 3 << 8 | 20, 20, part.flags, part.method, 0, 0, crc, packed, size,
            len(part.name), len(part.extra), 0, 0, 0, part.mode << 16, offset,
        )  # fmt: skip
        directory += part.name + part.extra
    body += between
    count = len(parts) if entries is None else entries
    return body + directory + end(count, len(directory), len(body), comment)


def _write_local(part: Part, crc: int, packed: int, size: int) -> bytes:
    name = part.name if part.local_name is None else part.local_name
    method = part.method if part.local_method is None else part.local_method
    local_size = size if part.local_size is None else part.local_size
    header = _LOCAL.pack(b"PK\3\4", 20, part.flags, method, 0, 0, crc, packed, local_size, len(name), 0)
    return header + name + part.content + part.descriptor


def end(count: int, size: int, offset: int, comment: bytes = b"") -> bytes:
    """Return the end of a directory."""
    return _END.pack(b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, offset, len(comment)) + comment


def zips(*parts: Part) -> Callable[[], bytes]:
    """Return what makes a zip file of the parts."""
    return lambda: build(parts)


A, B = Part(b"root/a"), Part(b"root/b", b"other")
LYING = replace(A, flags=8, descriptor=struct.pack("<4s3L", b"PK\7\x08", 1, 2, 3))


def two_directories() -> bytes:
    """Return a file in whose comment another directory stands, with another member."""
    first = build([A])
    second = build([replace(B, offset=0)])
    comment = second[second.index(b"PK\1\2") :]
    return first[:-22] + end(1, len(first) - 22 - first.index(b"PK\1\2"), first.index(b"PK\1\2"), comment)


def two_files() -> bytes:
    """Return two zip files one after the other, the second with offsets of its own."""
    return build([A]) + build([B])


def hidden_member() -> bytes:
    """Return a file with a member that the directory does not name."""
    hidden = build([B])
    return build([A], between=hidden[: hidden.index(b"PK\1\2")])


def hidden_by_64_bits() -> bytes:
    """Return a file whose two ends name directories of their own."""
    inner = build([A, B])
    at = inner.index(b"PK\1\2")
    only = build([A])
    record = only[only.index(b"PK\1\2") : -22]
    body = inner[:-22] + record
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(record), len(inner) - 22)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body), 1)
    return body + wide + locator + end(2, len(inner) - 22 - at, at)


def overlapping(count: int) -> bytes:
    """Return many names for one member of a gigabyte of zeros (a better zip bomb)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(bytes(64 * MEBIBYTE)) + packer.flush()
    crc, size = zlib.crc32(bytes(64 * MEBIBYTE)), 64 * MEBIBYTE
    first = Part(b"root/0", method=8, body=body, crc=crc, size=size)
    others = (replace(first, name=b"root/%d" % number, offset=0) for number in range(1, count))
    return build([first, *others])


def ratio_bomb() -> bytes:
    """Return a member that unpacks to a thousand times its size."""
    return make_zip({"root/zeros": bytes(300 * MEBIBYTE)})


def many(number: int) -> bytes:
    """Return a zip file of so many empty members, with a directory of 64 bits."""
    records = bytearray()
    for each in range(number):
        records += _RECORD.pack(b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0) + b"%07d" % each
    local = _LOCAL.pack(b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 7, 0) + b"0000000"
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, number, number, len(records), len(local))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(records), 1)
    return bytes(local + records + wide + locator) + _END.pack(
        b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, _FULL, _FULL, 0
    )


def nested(count: int) -> bytes:
    """Return a zip file of very many small zip files, each holding one more."""
    inner = make_zip({"a.zip": make_zip({"x": b"content"})})
    return make_zip(((f"root/{number}.zip", inner) for number in range(count)), zipfile.ZIP_STORED)


def deep_bomb() -> bytes:
    """Return zip files in zip files, five levels of sixteen, at the bottom a hundred megabytes of zeros."""
    data = make_zip({"zeros": bytes(100 * MEBIBYTE)})
    for _ in range(5):
        data = make_zip({f"root/{number}.zip": data for number in range(16)})
    return data


def quoted(name: bytes) -> Callable[[], bytes]:
    """Return what makes a zip file with one member of that name."""
    return zips(A, Part(name))


LIES = (
    hostile("two directories", ".zip", two_directories, "leading-data", "confusing"),
    hostile("two zip files", ".zip", two_files, "leading-data", "confusing"),
    hostile("hidden member", ".zip", hidden_member, "confusing"),
    hostile("hidden by 64 bits", ".zip", hidden_by_64_bits, "confusing"),
    hostile("more entries than said", ".zip", lambda: build([A, B], entries=1), "confusing"),
    hostile("fewer entries than said", ".zip", lambda: build([A, B], entries=3), "damaged"),
    hostile("another name in front", ".zip", zips(replace(A, local_name=b"root/z")), "confusing"),
    hostile("another size in front", ".zip", zips(replace(A, local_size=3)), "confusing"),
    hostile("another method in front", ".zip", zips(replace(A, local_method=8)), "confusing"),
    hostile("lying descriptor", ".zip", zips(LYING, B), "confusing"),
    hostile("wrong checksum", ".zip", zips(replace(A, crc=1)), "damaged"),
    hostile("size too small", ".zip", zips(replace(A, method=8, data=bytes(9000), size=10)), "damaged"),
    hostile("size too large", ".zip", zips(replace(A, method=8, size=10_000)), "damaged"),
    hostile("packed size beyond the end", ".zip", zips(replace(A, packed=1 << 30)), "damaged"),
    hostile("offset beyond the end", ".zip", zips(replace(A, offset=1 << 30)), "damaged"),
    hostile("size of 4 GiB", ".zip", zips(replace(A, size=_FULL)), "damaged"),
    hostile("encrypted", ".zip", zips(replace(A, flags=1)), "encrypted"),
    hostile("unknown method", ".zip", zips(replace(A, method=99)), "unsupported"),
    hostile("lzma inside", ".zip", lambda: make_zip({"root/x": b"content"}, zipfile.ZIP_LZMA), "unsupported"),
    hostile("overlapping", ".zip", zips(A, replace(A, name=b"root/z", offset=0)), "confusing"),
    hostile("garbage behind zip", ".zip", lambda: build([A]) + b"more", "trailing-data"),
    hostile("garbage before zip", ".zip", lambda: b"#!/bin/sh\n" + build([A]), "leading-data"),
    hostile("device in zip", ".zip", zips(replace(A, mode=0o020644)), "special-file"),
    hostile("link in zip", ".zip", zips(replace(A, data=b"/etc/passwd", mode=0o120777)), "unsafe-link"),
    hostile("duplicates in zip", ".zip", zips(A, replace(B, name=A.name)), "duplicate-member"),
    hostile("same by case in zip", ".zip", zips(A, replace(A, name=b"root/A")), "member-collision"),
    hostile(
        "another name in extra", ".zip", zips(replace(A, extra=b"up\x0f\0\1\0\0\0\0../../evil")), "confusing"
    ),
)
PATHS = (
    hostile("zip path up", ".zip", quoted(b"../x"), "unsafe-path"),
    hostile("zip path absolute", ".zip", quoted(b"/etc/x"), "unsafe-path"),
    hostile("zip path with backslashes", ".zip", quoted(b"..\\..\\x"), "unsafe-path"),
    hostile("zip path with drive", ".zip", quoted(b"C:\\x"), "unsafe-path"),
    hostile("zip path on a share", ".zip", quoted(b"\\\\server\\x"), "unsafe-path"),
    hostile("zip path with NUL", ".zip", quoted(b"root/x\0.png"), "member-name"),
    hostile("zip path no UTF-8", ".zip", zips(Part(b"root/\xff", flags=0x800)), "member-name"),
)
EXPENSIVE = (
    hostile("zip bomb", ".zip", ratio_bomb, "over-budget"),
    hostile("overlapping bomb", ".zip", lambda: overlapping(60_000), "over-budget"),
    hostile("a million in zip", ".zip", lambda: many(1_000_000), "over-budget"),
    hostile("half a million in one place", ".zip", lambda: many(490_000), "confusing"),
    hostile("thirty thousand zips", ".zip", lambda: nested(30_000)),
    hostile("zips in zips", ".zip", deep_bomb),
)
CUT_ZIPS = tuple(
    hostile(f"cut at {share:.0%} in zip", ".zip", cut(lambda _: build([A, B]), share), "truncated")
    for share in CUTS
)
ZIPS: tuple[Hostile, ...] = (*LIES, *PATHS, *EXPENSIVE, *CUT_ZIPS)
