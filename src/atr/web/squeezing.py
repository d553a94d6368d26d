# SPDX-License-Identifier: Apache-2.0
"""Pages in gzip's form (RFC 1952), made so quickly that it is worth it for every answer."""

import secrets
import struct

from isal import isal_zlib

_LEVEL = 3
_LONGEST_DISGUISE = 100
_HEAD = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"  # deflated, with a name, of no time and no system


def squeeze(body: bytes) -> bytes:
    """Return the body squeezed; a name of random length hides how well that went (BREACH)."""
    disguise = b"a" * secrets.randbelow(_LONGEST_DISGUISE)
    deflated = isal_zlib.compress(body, _LEVEL, wbits=-15)
    tail = struct.pack("<II", isal_zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return b"".join((_HEAD, disguise, b"\0", deflated, tail))
