# SPDX-License-Identifier: Apache-2.0
"""OpenPGP keys and signatures made packet by packet, so that a test can choose every time, size and hash.

Libraries refuse to make what these tests are about: weak keys, broken hashes, signatures after the end of a
key. Times must not be later than the machine's clock, because the verifying library asks it.
"""

import hashlib
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pysequoia import ArmorKind, armor

from atr.domain.key import KeyProof, PublicKey, SigningKey
from atr.domain.names import UserId
from atr.formats.openpgp import read_keys

MADE_AT = datetime(2025, 1, 1, tzinfo=UTC)
SIGNED_AT = datetime(2025, 6, 1, tzinfo=UTC)
CERTIFY, SIGN, ENCRYPT = 1, 2, 12
_HASH_IDS = {"md5": 1, "sha1": 2, "sha256": 8, "sha384": 9, "sha512": 10}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_ED25519 = bytes.fromhex("092b06010401da470f01")

_P256 = bytes.fromhex("082a8648ce3d030107")

Private = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | dsa.DSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def make_rsa(bits: int) -> rsa.RSAPrivateKey:
    """Return an RSA key of that size, the same in one test run."""
    return rsa.generate_private_key(65537, bits)


@cache
def make_dsa() -> dsa.DSAPrivateKey:
    """Return a DSA key, the same in one test run."""
    return dsa.generate_private_key(2048)


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One primary key or subkey."""

    private: Private = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    made_at: datetime = MADE_AT

    @property
    def algorithm(self) -> int:
        match self.private:
            case rsa.RSAPrivateKey():
                return 1
            case dsa.DSAPrivateKey():
                return 17
            case ec.EllipticCurvePrivateKey():
                return 19
            case ed25519.Ed25519PrivateKey():
                return 22

    @property
    def body(self) -> bytes:
        match self.private:
            case rsa.RSAPrivateKey() as key:
                public = key.public_key().public_numbers()
                material = _mpi(public.n) + _mpi(public.e)
            case dsa.DSAPrivateKey() as key:
                numbers = key.public_key().public_numbers()
                group = numbers.parameter_numbers
                material = _mpi(group.p) + _mpi(group.q) + _mpi(group.g) + _mpi(numbers.y)
            case ec.EllipticCurvePrivateKey() as key:
                point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
                material = _P256 + _mpi(int.from_bytes(point))
            case key:
                material = _ED25519 + _mpi(int.from_bytes(b"\x40" + key.public_key().public_bytes_raw()))
        return b"\4" + _time(self.made_at) + bytes([self.algorithm]) + material

    @property
    def hashed(self) -> bytes:
        return b"\x99" + len(self.body).to_bytes(2) + self.body

    @property
    def fingerprint(self) -> str:
        return hashlib.sha1(self.hashed).hexdigest()  # what version 4 keys are named by

    def sign(self, over: bytes, kind: int, hash_name: str, subpackets: bytes) -> bytes:
        """Return a version 4 signature packet."""
        head = bytes([4, kind, self.algorithm, _HASH_IDS[hash_name]])
        head += len(subpackets).to_bytes(2) + subpackets
        digest = hashlib.new(hash_name, over + head + b"\4\xff" + len(head).to_bytes(4)).digest()
        return _packet(2, head + b"\0\0" + digest[:2] + self._sign_digest(digest, hash_name))

    def _sign_digest(self, digest: bytes, hash_name: str) -> bytes:
        prehashed = utils.Prehashed(_HASHES[hash_name])
        match self.private:
            case rsa.RSAPrivateKey() as key:
                return _mpi(int.from_bytes(key.sign(digest, padding.PKCS1v15(), prehashed)))
            case dsa.DSAPrivateKey() as key:
                r, s = utils.decode_dss_signature(key.sign(digest, prehashed))
                return _mpi(r) + _mpi(s)
            case ec.EllipticCurvePrivateKey() as key:
                r, s = utils.decode_dss_signature(key.sign(digest, ec.ECDSA(prehashed)))
                return _mpi(r) + _mpi(s)
            case key:
                signature = key.sign(digest)
                return _mpi(int.from_bytes(signature[:32])) + _mpi(int.from_bytes(signature[32:]))


@dataclass(frozen=True, slots=True)
class TestKey:
    """A certificate with its secrets; `replace` any field, then ask for `armored` or `sign`."""

    __test__ = False

    primary: KeyPart = field(default_factory=KeyPart)
    subkey: KeyPart | None = None
    user_id: str = "Release Manager <rm@example.org>"
    lasts: timedelta | None = None
    subkey_lasts: timedelta | None = None
    flags: int = CERTIFY | SIGN
    subkey_flags: int = SIGN
    revoked: bool = False
    subkey_revoked: bool = False
    binding_hash: str = "sha512"
    bound_at: datetime | None = None
    names_last: timedelta | None = None
    answers: bool = True  # whether a signing subkey signs back that it belongs to the key

    @property
    def fingerprint(self) -> str:
        return self.primary.fingerprint

    @property
    def signer(self) -> KeyPart:
        return self.subkey or self.primary

    @property
    def packets(self) -> bytes:
        """Return the certificate without armor."""
        key, user_id = self.primary, self.user_id.encode()
        packets = [_packet(6, key.body)]
        if self.revoked:
            packets.append(self._bind(key.hashed, 0x20, _subpacket(29, b"\x02")))
        over = key.hashed + b"\xb4" + len(user_id).to_bytes(4) + user_id
        about = _subpacket(27, bytes([self.flags])) + _lasting(self.lasts)
        if self.names_last is not None:
            about += _subpacket(3, _seconds(self.names_last))
        packets += [_packet(13, user_id), self._bind(over, 0x13, about)]
        if self.subkey is not None:
            packets += self._bind_subkey(self.subkey)
        return b"".join(packets)

    def _bind_subkey(self, subkey: KeyPart) -> list[bytes]:
        over = self.primary.hashed + subkey.hashed
        about = _subpacket(27, bytes([self.subkey_flags])) + _lasting(self.subkey_lasts)
        if self.subkey_flags & SIGN and self.answers:
            back = subkey.sign(over, 0x19, self.binding_hash, _issued(subkey, subkey.made_at))
            about += _subpacket(32, back[_header_size(back) :])
        packets = [_packet(14, subkey.body), self._bind(over, 0x18, about)]
        if self.subkey_revoked:
            packets.append(self._bind(over, 0x28, _subpacket(29, b"\x02")))
        return packets

    def _bind(self, over: bytes, kind: int, about: bytes) -> bytes:
        key = self.primary
        return key.sign(over, kind, self.binding_hash, _issued(key, self.bound_at or key.made_at) + about)

    @property
    def armored(self) -> str:
        return armor(self.packets, ArmorKind.PublicKey)

    @property
    def public(self) -> PublicKey:
        """Return the certificate as the product reads it."""
        keys, rejected = read_keys(self.armored.encode())
        assert not rejected, rejected
        return keys[0]

    def own(self, owner: str | None = "rm") -> SigningKey:
        """Return the key as a project knows it."""
        key = SigningKey(self.public, None, MADE_AT)
        return key if owner is None else key.prove(UserId(owner), KeyProof.CHALLENGE, MADE_AT)

    def claim(self, owner: str) -> SigningKey:
        """Return the key as a project knows it when somebody says to own it, without proof."""
        return SigningKey(self.public, UserId(owner), MADE_AT)

    def sign(
        self,
        data: bytes,
        *,
        at: datetime = SIGNED_AT,
        hash_name: str = "sha512",
        lasts: timedelta | None = None,
        kind: int = 0,
    ) -> bytes:
        """Return a detached armored signature over the data."""
        about = _issued(self.signer, at) + (b"" if lasts is None else _subpacket(3, _seconds(lasts)))
        return armor(self.signer.sign(data, kind, hash_name, about), ArmorKind.Signature).encode()

    def change(self, **fields: object) -> "TestKey":
        """Return the key with other fields."""
        return replace(self, **fields)  # type: ignore[arg-type]


def write_keys_file(path: Path, *keys: TestKey) -> Path:
    """Write a KEYS file as projects do, with words between the keys."""
    blocks = (
        f"pub   {number}\nuid           {key.user_id}\n\n{key.armored}"
        for number, key in zip(itertools.count(), keys, strict=False)
    )
    path.write_text("This file holds the keys of the project.\n\n" + "\n".join(blocks))
    return path


def _issued(part: KeyPart, at: datetime) -> bytes:
    return _subpacket(2, _time(at)) + _subpacket(33, b"\4" + bytes.fromhex(part.fingerprint))


def _lasting(lasts: timedelta | None) -> bytes:
    return b"" if lasts is None else _subpacket(9, _seconds(lasts))


def _seconds(lasts: timedelta) -> bytes:
    return int(lasts.total_seconds()).to_bytes(4)


def _time(at: datetime) -> bytes:
    return int(at.timestamp()).to_bytes(4)


def _mpi(number: int) -> bytes:
    return number.bit_length().to_bytes(2) + number.to_bytes((number.bit_length() + 7) // 8)


def _subpacket(kind: int, body: bytes) -> bytes:
    return b"\xff" + (len(body) + 1).to_bytes(4) + bytes([kind]) + body


def _packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag]) + b"\xff" + len(body).to_bytes(4) + body


def _header_size(packet: bytes) -> int:
    return 6 if packet[1] == 0xFF else 2
