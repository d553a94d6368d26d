# SPDX-License-Identifier: Apache-2.0
"""The mathematics of one OpenPGP signature, apart from any opinion on keys, hashes and times (RFC 9580).

Used only where the OpenPGP library refuses a signature as a whole and does not say why.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

_HASHES: dict[int, hashes.HashAlgorithm] = {
    1: hashes.MD5(),  # noqa: S303  # read here, never believed
    2: hashes.SHA1(),  # noqa: S303
    8: hashes.SHA256(),
    9: hashes.SHA384(),
    10: hashes.SHA512(),
    11: hashes.SHA224(),
    12: hashes.SHA3_256(),
    14: hashes.SHA3_512(),
}
BROKEN_HASHES = frozenset({1, 2, 3})  # MD5, SHA-1, RIPEMD-160
_CURVES: dict[str, ec.EllipticCurve] = {
    "2a8648ce3d030107": ec.SECP256R1(),
    "2b81040022": ec.SECP384R1(),
    "2b81040023": ec.SECP521R1(),
    "2b2403030208010107": ec.BrainpoolP256R1(),
    "2b240303020801010b": ec.BrainpoolP384R1(),
    "2b240303020801010d": ec.BrainpoolP512R1(),
    "2b8104000a": ec.SECP256K1(),
}
_SMALLEST_OF_3, _SMALLEST_OF_4 = 19, 10  # bytes before the numbers
_ED25519_CURVE = "2b06010401da470f01"
_EMBEDDED = 32


@dataclass(frozen=True, slots=True)
class SignatureParts:
    """A version 3 or 4 signature packet taken apart.

    `trailer` is hashed after what was signed, `left` are the two bytes of the digest that the packet tells,
    `embedded` holds the signatures inside it (RFC 9580, section 5.2.3.34).
    """

    kind: int
    algorithm: int
    hash: int
    trailer: bytes
    left: bytes
    material: bytes
    embedded: tuple[bytes, ...] = ()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a packet's body; raise ValueError for other versions and for what ends too early."""
        if len(body) < (_SMALLEST_OF_3 if body[:1] == b"\x03" else _SMALLEST_OF_4):
            raise ValueError("the signature ends too early")
        if body[0] == 3:
            return cls(body[2], body[15], body[16], body[2:7], body[17:19], body[19:])
        if body[0] != 4:
            raise ValueError(f"signatures of version {body[0]} are not known")
        hashed_end = 6 + int.from_bytes(body[4:6])
        rest = hashed_end + 2 + int.from_bytes(body[hashed_end : hashed_end + 2])
        areas = (body[6:hashed_end], body[hashed_end + 2 : rest])
        return cls(
            kind=body[1],
            algorithm=body[2],
            hash=body[3],
            trailer=body[:hashed_end] + b"\x04\xff" + hashed_end.to_bytes(4),
            left=body[rest : rest + 2],
            material=body[rest + 2 :],
            embedded=tuple(value for area in areas for kind, value in _split_area(area) if kind == _EMBEDDED),
        )

    def fits(self, key_body: bytes, pieces: Iterable[bytes]) -> bool:
        """Tell whether the key made this signature over the pieces, whatever the key is worth."""
        algorithm = _HASHES.get(self.hash)
        if algorithm is None:
            return False
        digest = hashlib.new(algorithm.name)
        for piece in pieces:
            digest.update(piece)
        digest.update(self.trailer)
        hashed = digest.digest()
        if hashed[:2] != self.left or key_body[:1] != b"\x04" or key_body[5] != self.algorithm:
            return False
        try:
            verify = _VERIFIERS[self.algorithm]
            verify(key_body[6:], self.material, hashed, utils.Prehashed(algorithm))
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, LookupError, OverflowError):
            return False
        return True


def hash_key(body: bytes) -> bytes:
    """Return the form in which a version 4 key is hashed (RFC 9580, section 5.2.4)."""
    return b"\x99" + len(body).to_bytes(2) + body


def _verify_rsa(public: bytes, made: bytes, digest: bytes, prehashed: utils.Prehashed) -> None:
    modulus, exponent = _read_numbers(public, 2)
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    signature = _read_numbers(made, 1)[0].to_bytes((key.key_size + 7) // 8)
    key.verify(signature, digest, padding.PKCS1v15(), prehashed)


def _verify_ecdsa(public: bytes, made: bytes, digest: bytes, prehashed: utils.Prehashed) -> None:
    curve, point = _read_point(public)
    if curve not in _CURVES:
        raise ValueError("the curve is not known")
    key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve], point)
    key.verify(utils.encode_dss_signature(*_read_numbers(made, 2)), digest, ec.ECDSA(prehashed))


def _verify_eddsa(public: bytes, made: bytes, digest: bytes, prehashed: utils.Prehashed) -> None:
    del prehashed
    curve, point = _read_point(public)
    if curve != _ED25519_CURVE:
        raise ValueError("the curve is not known")
    signature = b"".join(number.to_bytes(32) for number in _read_numbers(made, 2))
    ed25519.Ed25519PublicKey.from_public_bytes(point[1:]).verify(signature, digest)


def _verify_ed25519(public: bytes, made: bytes, digest: bytes, prehashed: utils.Prehashed) -> None:
    del prehashed
    ed25519.Ed25519PublicKey.from_public_bytes(public).verify(made, digest)


_VERIFIERS = {
    1: _verify_rsa,
    3: _verify_rsa,
    19: _verify_ecdsa,
    22: _verify_eddsa,
    27: _verify_ed25519,
}


def _read_numbers(material: bytes, count: int) -> list[int]:
    """Return the first multiprecision integers (RFC 9580, section 3.2)."""
    numbers: list[int] = []
    at = 0
    for _ in range(count):
        size = (int.from_bytes(material[at : at + 2]) + 7) // 8
        value = material[at + 2 : at + 2 + size]
        if len(value) != size or not size:
            raise ValueError("a number ends too early")
        numbers.append(int.from_bytes(value))
        at += 2 + size
    return numbers


def _read_point(public: bytes) -> tuple[str, bytes]:
    """Return the curve's object identifier in hexadecimal, and the point."""
    size = public[0]
    number = _read_numbers(public[1 + size :], 1)[0]
    return public[1 : 1 + size].hex(), number.to_bytes((number.bit_length() + 7) // 8)


def _split_area(area: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and value of each subpacket (RFC 9580, section 5.2.3.7)."""
    at = 0
    while at < len(area):
        first = area[at]
        if first < 192:
            size, at = first, at + 1
        elif first < 255:
            size, at = ((first - 192) << 8) + int.from_bytes(area[at + 1 : at + 2]) + 192, at + 2
        else:
            size, at = int.from_bytes(area[at + 1 : at + 5]), at + 5
        if not size or at + size > len(area):
            return
        yield area[at] & 0x7F, area[at + 1 : at + size]
        at += size
