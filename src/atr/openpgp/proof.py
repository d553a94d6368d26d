# SPDX-License-Identifier: Apache-2.0
"""Verifying detached signatures; the library holds the interpreter lock, so this runs in another process."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pysequoia import Cert, Sig, verify

from atr.domain.errors import Invalid
from atr.domain.key import PublicKey, SignatureState, SignatureVerdict, find_signer, judge_signature
from atr.formats.openpgp import SignaturePacket, split_signatures

_HASHES = {
    1: "md5",
    2: "sha1",
    8: "sha256",
    9: "sha384",
    10: "sha512",
    11: "sha224",
    12: "sha3_256",
    14: "sha3_512",
}
_BINARY = 0
_HOLDS_BUT = (
    "The file is what was signed, but the signature or the key's own bindings do not hold: "
    "the certificate may be bound with SHA-1, or be damaged."
)


def weigh_signatures(
    keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
) -> SignatureVerdict:
    """Return the verdict on the best signature of an `.asc` file over the data."""
    try:
        packets = split_signatures(signature)
    except Invalid as error:
        return SignatureVerdict(SignatureState.UNREADABLE, explain=str(error))
    first: SignatureVerdict | None = None
    for packet in packets:
        verdict = _weigh(keys, packet, data, now)
        if verdict.state is SignatureState.GOOD:
            return verdict
        first = first or verdict
    return first or SignatureVerdict(SignatureState.UNREADABLE)


def _weigh(keys: Sequence[PublicKey], packet: SignaturePacket, data: Path, now: datetime) -> SignatureVerdict:
    key = find_signer(keys, packet.claims)
    verdict = judge_signature(packet.claims, key, now)
    if key is None or verdict.state is not SignatureState.GOOD or _holds(key, packet, data):
        return verdict
    if _fits_digest(packet.body, data):
        return replace(verdict, state=SignatureState.UNUSABLE_KEY, explain=_HOLDS_BUT)
    return replace(verdict, state=SignatureState.BAD)


def _holds(key: PublicKey, packet: SignaturePacket, data: Path) -> bool:
    """Tell whether the library finds the signature valid under its policy."""
    try:
        certificate = Cert.from_bytes(key.armored.encode())
        found = verify(
            file=data, store=lambda _issuers: [certificate], signature=Sig.from_bytes(packet.packet)
        )
    except (RuntimeError, ValueError):
        return False
    return any(each.certificate == key.fingerprint for each in found.valid_sigs)


def _fits_digest(body: bytes, data: Path) -> bool:
    """Tell whether the two digest bytes in a version 4 signature are those of the data (RFC 9580, 5.2.3).

    One changed file in 65,536 passes, so this only chooses the words of a refusal.
    """
    name = _HASHES.get(body[3])
    if body[0] != 4 or body[1] != _BINARY or name is None:
        return False
    hashed_end = 6 + int.from_bytes(body[4:6])
    claimed_at = hashed_end + 2 + int.from_bytes(body[hashed_end : hashed_end + 2])
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, name)
    digest.update(body[:hashed_end] + b"\x04\xff" + hashed_end.to_bytes(4))
    return digest.digest()[:2] == body[claimed_at : claimed_at + 2]
