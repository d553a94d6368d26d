# SPDX-License-Identifier: Apache-2.0
"""Why the OpenPGP library does not believe a certificate: what binds its keys, looked at one by one.

Keys that are older than the fear of SHA-1 are bound to their names with it, and many a KEYS file holds only
the newest binding of a key. Neither forges a release, so both must be told from a key bound by nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from pysequoia import Cert
from pysequoia.packet import Packet, PacketPile, Tag

from atr.domain.key import PublicKey, Subkey
from atr.formats.certificate import read_tag
from atr.openpgp.mathematics import BROKEN_HASHES, SignatureParts, hash_key

_KEY_TAGS = (Tag.PublicKey, Tag.PublicSubkey)
_ON_KEY = 0x1F
_ON_NAME = range(0x10, 0x14)
_ON_SUBKEY = 0x18
_BACK = 0x19
_USER_ID, _USER_ATTRIBUTE = b"\xb4", b"\xd1"


class Binding(IntEnum):
    """What binds a key to its certificate, best first."""

    HOLDS = 0  # by whatever can be seen here
    LATER = 1  # made after the signature in question, for older bindings were not kept
    EXPIRED = 2  # over when the signature was made
    WEAK = 3  # made with SHA-1 or MD5
    BROKEN = 4  # nothing binds it


@dataclass(frozen=True, slots=True)
class _Bound:
    """A self-signature with what it was made over."""

    packet: Packet
    over: tuple[bytes, ...]


def weigh_bindings(key: PublicKey, part: Subkey, signed_at: datetime) -> Binding:
    """Return the worst of the bindings by which a key or subkey of the certificate could sign."""
    packets = tuple(PacketPile.from_bytes(bytes(Cert.from_bytes(key.armored.encode()))))
    primary = packets[0].body
    found = [_weigh(primary, _bind_primary(packets), signed_at)]
    if part.fingerprint != key.fingerprint:
        subkey = next(packet.body for packet in packets if packet.fingerprint == part.fingerprint)
        bound = (each for each in _bind_subkey(packets, part) if _is_answered(each, primary, subkey))
        found.append(_weigh(primary, bound, signed_at))
    return max(found)


def find_material(key: PublicKey, part: Subkey) -> bytes:
    """Return the body of the packet of a key or subkey."""
    packets = PacketPile.from_bytes(bytes(Cert.from_bytes(key.armored.encode())))
    return bytes(next(packet.body for packet in packets if packet.fingerprint == part.fingerprint))


def _bind_primary(packets: tuple[Packet, ...]) -> Iterator[_Bound]:
    """Yield the signatures on the primary key and on its names."""
    key = hash_key(packets[0].body)
    name: tuple[bytes, ...] = ()
    for packet in packets[1:]:
        match read_tag(packet):
            case Tag.PublicSubkey:
                return
            case Tag.UserID | Tag.UserAttribute as tag:
                mark = _USER_ID if tag == Tag.UserID else _USER_ATTRIBUTE
                name = (mark + len(packet.body).to_bytes(4), packet.body)
            case Tag.Signature if _read_kind(packet) in _ON_NAME and name:
                yield _Bound(packet, (key, *name))
            case Tag.Signature if _read_kind(packet) == _ON_KEY:
                yield _Bound(packet, (key,))
            case _:
                continue


def _bind_subkey(packets: tuple[Packet, ...], part: Subkey) -> Iterator[_Bound]:
    """Yield the signatures that bind a subkey."""
    over: tuple[bytes, ...] = ()
    for packet in packets[1:]:
        tag = read_tag(packet)
        if tag in _KEY_TAGS:
            is_this = packet.fingerprint == part.fingerprint
            over = (hash_key(packets[0].body), hash_key(packet.body)) if is_this else ()
        elif tag == Tag.Signature and over and _read_kind(packet) == _ON_SUBKEY:
            yield _Bound(packet, over)


def _read_kind(packet: Packet) -> int:
    return _parse(packet.body).kind


def _is_answered(bound: _Bound, primary: bytes, subkey: bytes) -> bool:
    """Tell whether the subkey signed back that it belongs to this key: nobody binds another's subkey."""
    over = (hash_key(primary), hash_key(subkey))
    for body in _parse(bound.packet.body).embedded:
        parts = _parse(body)
        if parts.kind == _BACK and parts.fits(subkey, over):
            return True
    return False


def _weigh(primary: bytes, bindings: Iterator[_Bound], signed_at: datetime) -> Binding:
    standing = (
        _judge(each.packet, signed_at)
        for each in bindings
        if _parse(each.packet.body).fits(primary, each.over)
    )
    return min(standing, default=Binding.BROKEN)


def _judge(binding: Packet, signed_at: datetime) -> Binding:
    if _parse(binding.body).hash in BROKEN_HASHES:
        return Binding.WEAK
    made_at, lasts = binding.signature_created, binding.signature_validity_period
    if made_at is not None and lasts and made_at + lasts <= signed_at:
        return Binding.EXPIRED
    return Binding.LATER if made_at is not None and made_at > signed_at else Binding.HOLDS


def _parse(body: bytes) -> SignatureParts:
    """Read a signature; one of an unknown version binds nothing."""
    try:
        return SignatureParts.parse(body)
    except ValueError:
        return SignatureParts(0, 0, 0, b"", b"", b"")
