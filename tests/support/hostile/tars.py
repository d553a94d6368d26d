# SPDX-License-Identifier: Apache-2.0
"""Tar archives whose headers lie, whose members leave the folder, or that never end."""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat

from tests.support.archives import TarMember, make_tar
from tests.support.hostile.sample import Hostile, hostile

BLOCK = 512
END = bytes(2 * BLOCK)
GOOD = TarMember("root/good", b"content")


def lie(
    path: str | bytes = "root/x",
    size: int = 0,
    kind: bytes = tarfile.REGTYPE,
    body: bytes = b"",
    link: str = "",
) -> bytes:
    """Return one member whose header may say another size than its body has."""
    info = tarfile.TarInfo("x" if isinstance(path, bytes) else path)
    info.size, info.type, info.linkname = size, kind, link
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")[-BLOCK:])
    if isinstance(path, bytes):
        header[:100] = path[:100].ljust(100, b"\0")
    return seal(header) + body + bytes(-len(body) % BLOCK)


def seal(header: bytearray) -> bytes:
    """Return the header with its checksum made right."""
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def pax(records: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """Return an extended header with these records as they are."""
    return lie("pax", len(records), kind, records)


def record(key: str, value: bytes) -> bytes:
    """Return one record of an extended header, its own length in front."""
    body = b" " + key.encode() + b"=" + value + b"\n"
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length = len(str(length)) + len(body)
    return str(length).encode() + body


def good() -> bytes:
    """Return a good member, so that something comes before what is wrong."""
    return make_tar(GOOD)[: 2 * BLOCK]


def pack(*parts: bytes) -> Callable[[], bytes]:
    """Return what makes a compressed archive of a good member and these parts."""
    return lambda: gzip.compress(good() + b"".join(parts) + END, 1, mtime=0)


def hold(*members: TarMember) -> Callable[[], bytes]:
    """Return what makes a compressed archive of these members."""
    return lambda: gzip.compress(make_tar(GOOD, *members), 1, mtime=0)


def link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> TarMember:
    """Return a link."""
    return TarMember(path, type=kind, link=target)


def count_up(number: int) -> Iterator[bytes]:
    """Yield the headers of so many empty members, each with a name of its own."""
    header = bytearray(lie("0000000"))
    base = sum(header) - sum(header[148:156]) + 8 * 0x20 - 7 * 0x30
    for each in range(number):
        name = b"%07d" % each
        header[:7] = name
        header[148:156] = b"%06o\0 " % (base + sum(name))
        yield bytes(header)


def crowd(blocks: Callable[[], Iterable[bytes]]) -> Callable[[], bytes]:
    """Return what makes an archive of very many blocks, compressed one after the other."""

    def make() -> bytes:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        return b"".join([*map(packer.compress, blocks()), packer.compress(END), packer.flush()])

    return make


def sparse_without_end() -> bytes:
    """Return a sparse member with more and more blocks of holes."""
    header = bytearray(lie("root/sparse", 0, b"S"))
    header[482] = 1
    more = bytearray(BLOCK)
    more[504] = 1
    return seal(header) + bytes(more) * 3000 + bytes(BLOCK)


def huge_number() -> bytes:
    """Return a member that says in base 256 that it has 2^80 bytes."""
    header = bytearray(lie())
    header[124:136] = b"\x80" + (1 << 80).to_bytes(11)
    return seal(header)


def negative_number() -> bytes:
    """Return a member that says in base 256 that it has fewer than no bytes."""
    header = bytearray(lie())
    header[124:136] = b"\xff" * 12
    return seal(header)


def climbing_prefix() -> bytes:
    """Return a member whose path begins in the prefix field."""
    header = bytearray(lie("x"))
    header[257:265] = b"ustar\x0000"
    header[345:351] = b"../../"
    return seal(header)


WAYS_OUT = {
    "up": "../x",
    "up inside": "root/../../x",
    "up at the end": "root/..",
    "up behind a dot": "./../x",
    "up alone": "..",
    "up with backslashes": "root\\..\\..\\x",
    "up with a blank": "root/.. /.. /x",
    "absolute": "/etc/passwd",
    "absolute twice": "//etc/passwd",
    "drive": "C:\\x",
    "drive with slash": "C:/x",
    "drive without slash": "C:x",
    "network share": "\\\\server\\share\\x",
}
TRAVERSALS = tuple(
    hostile(f"path {title}", ".tar.gz", hold(TarMember(path)), "unsafe-path")
    for title, path in WAYS_OUT.items()
)
LONG_TRAVERSALS = (
    hostile("path up in pax", ".tar.gz", pack(pax(record("path", b"../x")), lie()), "unsafe-path"),
    hostile(
        "path up for all in pax",
        ".tar.gz",
        pack(pax(record("path", b"/x"), tarfile.XGLTYPE), lie()),
        "unsafe-path",
    ),
    hostile("path up in long name", ".tar.gz", pack(lie("L", 5, b"L", b"../x\0"), lie()), "unsafe-path"),
    hostile("path up in prefix", ".tar.gz", pack(climbing_prefix()), "unsafe-path"),
    hostile(
        "link out in long link",
        ".tar.gz",
        pack(lie("K", 5, b"K", b"/etc\0"), lie("r/l", 0, b"2")),
        "unsafe-link",
    ),
    hostile(
        "link out in pax",
        ".tar.gz",
        pack(pax(record("linkpath", b"../..")), lie("r/l", 0, b"2")),
        "unsafe-link",
    ),
)
LINKS = (
    hostile("link absolute", ".tar.gz", hold(link("root/l", "/etc")), "unsafe-link"),
    hostile("link up", ".tar.gz", hold(link("root/l", "../..")), "unsafe-link"),
    hostile("link up with backslashes", ".tar.gz", hold(link("root/l", "..\\..\\x")), "unsafe-link"),
    hostile("link to a drive", ".tar.gz", hold(link("root/l", "C:/x")), "unsafe-link"),
    hostile("hard link up", ".tar.gz", hold(link("root/l", "../x", tarfile.LNKTYPE)), "unsafe-link"),
    hostile("hard link absolute", ".tar.gz", hold(link("l", "/etc/shadow", tarfile.LNKTYPE)), "unsafe-link"),
    hostile(
        "link and through it",
        ".tar.gz",
        hold(link("link", "/etc"), TarMember("link/passwd", b"root::0:0")),
        "unsafe-link",
        "unsafe-path",
    ),
    hostile(
        "link inside and through it",
        ".tar.gz",
        hold(link("root/l", "m"), TarMember("root/l/x")),
        "unsafe-path",
    ),
    hostile(
        "link and deep through it",
        ".tar.gz",
        hold(link("root/l", "m"), TarMember("root/l/a/b/c")),
        "unsafe-path",
    ),
    hostile(
        "link behind link",
        ".tar.gz",
        hold(link("root/a", "."), link("root/b", "a/a/a/../../..")),
        "unsafe-link",
    ),
    hostile(
        "link instead of a folder",
        ".tar.gz",
        hold(TarMember("root/d", type=tarfile.DIRTYPE), link("root/d", "x")),
        "duplicate-member",
    ),
    hostile(
        "link below link",
        ".tar.gz",
        hold(link("root/a", ".."), link("root/a/b", "..")),
        "unsafe-path",
    ),
)
SPECIALS = (
    hostile("device", ".tar.gz", pack(lie(kind=tarfile.CHRTYPE)), "special-file"),
    hostile("disk", ".tar.gz", pack(lie(kind=tarfile.BLKTYPE)), "special-file"),
    hostile("pipe", ".tar.gz", pack(lie(kind=tarfile.FIFOTYPE)), "special-file"),
    hostile("unknown kind", ".tar.gz", pack(lie(kind=b"Z")), "special-file"),
    hostile("set user id", ".tar.gz", hold(TarMember("root/x", mode=0o4755)), "set-id"),
    hostile("sparse", ".tar.gz", pack(lie("root/s", 0, b"S")), "unsupported"),
    hostile("sparse without end", ".tar.gz", pack(sparse_without_end()), "unsupported"),
    hostile("sparse in pax", ".tar.gz", pack(pax(record("GNU.sparse.major", b"1")), lie()), "unsupported"),
)
SIZES = (
    hostile("size beyond the end", ".tar.gz", pack(lie(size=1 << 30)), "truncated"),
    hostile("size of terabytes", ".tar.gz", pack(lie(size=1 << 40)), "over-budget"),
    hostile("size of 2 to the 80", ".tar.gz", pack(huge_number()), "over-budget"),
    hostile("size below zero", ".tar.gz", pack(negative_number()), "damaged"),
    hostile("size too small", ".tar.gz", pack(lie(size=10, body=b"x" * 5000)), "damaged"),
    hostile(
        "size in pax of terabytes", ".tar.gz", pack(pax(record("size", b"9" * 15)), lie()), "over-budget"
    ),
    hostile("size in pax below zero", ".tar.gz", pack(pax(record("size", b"-1")), lie()), "damaged"),
    hostile(
        "size in pax no number", ".tar.gz", pack(pax(record("size", "\u0664".encode())), lie()), "damaged"
    ),
    hostile(
        "size in pax too small",
        ".tar.gz",
        pack(pax(record("size", b"1")), lie(size=900, body=b"x" * 900)),
        "damaged",
    ),
    hostile("size of 5000 digits", ".tar.gz", pack(pax(record("size", b"9" * 5000)), lie()), "damaged"),
)
RECORDS = (
    hostile("pax too short", ".tar.gz", pack(pax(b"5 path=x\n"), lie()), "damaged"),
    hostile("pax too long", ".tar.gz", pack(pax(b"500 path=x\n"), lie()), "damaged"),
    hostile("pax of length zero", ".tar.gz", pack(pax(b"0 path=x\n"), lie()), "damaged"),
    hostile("pax without length", ".tar.gz", pack(pax(b"path=x\n"), lie()), "damaged"),
    hostile("pax with a long length", ".tar.gz", pack(pax(b"9" * 5000 + b" path=x\n"), lie()), "damaged"),
    hostile("pax of megabytes", ".tar.gz", pack(pax(record("comment", bytes(2 << 20))), lie()), "damaged"),
    hostile(
        "pax with a NUL in the path", ".tar.gz", pack(pax(record("path", b"a\0b")), lie()), "member-name"
    ),
    hostile("pax at the end", ".tar.gz", pack(pax(record("path", b"x"))), "truncated"),
    hostile(
        "name of kilobytes", ".tar.gz", pack(lie("L", 5001, b"L", b"n" * 5000 + b"\0"), lie()), "over-budget"
    ),
    hostile(
        "name of megabytes", ".tar.gz", pack(lie("L", 2 << 20, b"L", b"n" * (2 << 20)), lie()), "damaged"
    ),
    hostile(
        "names without end",
        ".tar.gz",
        crowd(lambda: repeat(lie("L", 2, b"L", b"n\0") * 100, 6000)),
        "over-budget",
    ),
    hostile("checksum of nothing", ".tar.gz", pack(b"x" * BLOCK), "damaged"),
)
NAMES = (
    hostile(
        "duplicates",
        ".tar.gz",
        hold(TarMember("root/x", b"1"), TarMember("root/x", b"2")),
        "duplicate-member",
    ),
    hostile(
        "duplicates by dots",
        ".tar.gz",
        hold(TarMember("root/x", b"1"), TarMember("./root//x")),
        "duplicate-member",
    ),
    hostile("same by case", ".tar.gz", hold(TarMember("root/x"), TarMember("root/X")), "member-collision"),
    hostile(
        "same by Unicode",
        ".tar.gz",
        hold(TarMember("root/\u00e9"), TarMember("root/e\u0301")),
        "member-collision",
    ),
    hostile("no UTF-8", ".tar.gz", pack(lie(b"root/\xff\xfe")), "member-name"),
    hostile("half a character", ".tar.gz", pack(lie(b"root/\xed\xa0\x80")), "member-name"),
    hostile("control characters", ".tar.gz", hold(TarMember("root/a\x1b[2Jb")), "member-name"),
    hostile("turned around", ".tar.gz", hold(TarMember("root/\u202egnp.exe")), "member-name"),
    hostile("line ends in names", ".tar.gz", hold(TarMember("root/a\nb")), "member-name"),
)
CROWDS = (
    hostile("a million members", ".tar.gz", crowd(lambda: count_up(1_000_000)), "over-budget"),
    hostile("a million same members", ".tar.gz", crowd(lambda: repeat(lie() * 100, 10_000)), "over-budget"),
)
HARMLESS = (
    hostile("encoded dots", ".tar.gz", hold(TarMember("root/%2e%2e/x"))),
    hostile("dots in names", ".tar.gz", hold(TarMember("root/..x/...y/z.."))),
    hostile("link to a neighbour", ".tar.gz", hold(link("root/l", "../root/good"))),
    hostile("link in a loop", ".tar.gz", hold(link("root/a", "b"), link("root/b", "a"))),
)
TARS: tuple[Hostile, ...] = (
    *TRAVERSALS, *LONG_TRAVERSALS, *LINKS, *SPECIALS, *SIZES, *RECORDS, *NAMES, *CROWDS,
)  # fmt: skip
