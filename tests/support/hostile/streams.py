# SPDX-License-Identifier: Apache-2.0
"""Compressed streams: bombs, ends that come too early or too late, and appetites for memory."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable

from backports import zstd

from tests.support.archives import TarMember, make_tar
from tests.support.hostile.sample import Hostile, hostile
from tests.support.hostile.tars import END, GOOD, lie

MEBIBYTE = 1 << 20
Compress = Callable[[bytes], bytes]
PACKERS: dict[str, Compress] = {
    ".tar.gz": lambda data: gzip.compress(data, 9, mtime=0),
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
    ".tar.zst": zstd.compress,
}
PLAIN = make_tar(GOOD, TarMember("root/more", bytes(range(256)) * 40), TarMember("root/last", b"x" * 600))
CUTS = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)


def bomb(compress: Compress, mebibytes: int) -> Callable[[], bytes]:
    """Return what makes a tar of one member of zeros, one compressed piece repeated as the formats allow."""

    def make() -> bytes:
        size = mebibytes * MEBIBYTE
        piece = compress(bytes(16 * MEBIBYTE))
        return compress(lie("root/zeros", size)) + piece * (mebibytes // 16) + compress(END)

    return make


def cut(compress: Compress, share: float) -> Callable[[], bytes]:
    """Return what makes the first part of an archive."""

    def make() -> bytes:
        data = compress(PLAIN)
        return data[: max(1, int(len(data) * share))]

    return make


def trailed(compress: Compress) -> Callable[[], bytes]:
    """Return what makes an archive with something behind it."""
    return lambda: compress(PLAIN) + b"more"


def wide_xz() -> bytes:
    """Return an xz stream that asks for a dictionary of 1.5 GiB."""
    data = bytearray(lzma.compress(PLAIN, filters=[{"id": lzma.FILTER_LZMA2, "preset": 1}]))
    length = (data[12] + 1) * 4
    at = data.index(b"\x21\x01", 12) + 2
    data[at] = 37
    data[12 + length - 4 : 12 + length] = zlib.crc32(data[12 : 12 + length - 4]).to_bytes(4, "little")
    return bytes(data)


def wide_zstd(log: int) -> Callable[[], bytes]:
    """Return what makes a zstd frame that asks for a window of 2^log bytes."""

    def make() -> bytes:
        raw = PLAIN[:1024]
        block = (len(raw) << 3 | 1).to_bytes(3, "little") + raw  # the last block, not compressed
        return b"\x28\xb5\x2f\xfd\x00" + bytes([(log - 10) << 3]) + block

    return make


def wrong_check() -> bytes:
    """Return a gzip file with a wrong checksum."""
    return PACKERS[".tar.gz"](PLAIN)[:-8] + bytes(8)


def endless_name() -> bytes:
    """Return a gzip file whose header holds a name that does not end."""
    return b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * (4 * MEBIBYTE)


def several(suffix: str) -> Callable[[], bytes]:
    """Return what makes very many empty streams one after the other, and the archive at the end."""
    compress = PACKERS[suffix]
    return lambda: compress(b"") * 200_000 + compress(PLAIN) + b"end"


def nested_bomb(levels: int) -> Callable[[], bytes]:
    """Return what makes an archive in archives, each level of which holds sixteen of the next."""

    def make() -> bytes:
        data = bomb(PACKERS[".tar.gz"], 64)()
        for _ in range(levels):
            members = [TarMember(f"root/{number}.tar.gz", data) for number in range(16)]
            data = PACKERS[".tar.gz"](make_tar(*members))
        return data

    return make


BOMBS = (
    *(
        hostile(f"bomb in {suffix[5:]}", suffix, bomb(PACKERS[suffix], 1600), "over-budget")
        for suffix in PACKERS
    ),
    hostile("bomb in bombs", ".tar.gz", nested_bomb(2), "over-budget"),
    hostile("bomb nested deeply", ".tar.gz", nested_bomb(4)),
)
ENDS = (
    *(
        hostile(f"garbage behind {suffix[5:]}", suffix, trailed(pack), "trailing-data")
        for suffix, pack in PACKERS.items()
    ),
    hostile("second archive behind", ".tar.gz", lambda: PACKERS[".tar.gz"](PLAIN + PLAIN), "trailing-data"),
    hostile("wrong checksum", ".tar.gz", wrong_check, "damaged"),
    hostile("another format", ".tar.gz", lambda: PACKERS[".tar.xz"](PLAIN), "wrong-format"),
    hostile("nothing at all", ".tar.gz", lambda: b"", "truncated"),
    hostile("name without end in gzip", ".tar.gz", endless_name, "truncated"),
)
CUT = tuple(
    hostile(f"cut at {share:.0%} in {suffix[1:]}", suffix, cut(pack, share))
    for suffix, pack in {".tar": bytes, **PACKERS}.items()
    for share in CUTS
)
CROWDED = tuple(
    hostile(f"empty streams in {suffix[5:]}", suffix, several(suffix), "trailing-data") for suffix in PACKERS
)
WIDE = (
    hostile("wide dictionary in xz", ".tar.xz", wide_xz, "damaged"),
    hostile("wide window in zstd", ".tar.zst", wide_zstd(31), "damaged"),
    hostile("wider window in zstd", ".tar.zst", wide_zstd(41), "damaged"),
)
STREAMS: tuple[Hostile, ...] = (*BOMBS, *ENDS, *CUT, *CROWDED, *WIDE)
