# SPDX-License-Identifier: Apache-2.0
"""Verifying detached signatures; the library holds the interpreter lock, so this runs in another process."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pysequoia import Cert, Sig, verify

from atr.domain.errors import Invalid
from atr.domain.key import (
    PublicKey,
    SignatureState,
    SignatureVerdict,
    Subkey,
    find_signer,
    judge_signature,
)
from atr.formats.openpgp import SignaturePacket, split_signatures
from atr.openpgp.bindings import Binding, find_material, weigh_bindings
from atr.openpgp.mathematics import SignatureParts

_PIECE = 1024 * 1024
_TEXT = 1
_EXPLAINED = {
    Binding.HOLDS: "The file is what was signed, but the OpenPGP library does not believe the certificate.",
    Binding.LATER: "",
    Binding.EXPIRED: "The key's user ids had expired when it signed.",
    Binding.WEAK: "The key is bound to its user ids or subkeys with SHA-1 or MD5 only.",
    Binding.BROKEN: "The file is what was signed, but nothing binds the key that signed to its certificate.",
}
_STATES = {
    Binding.LATER: SignatureState.GOOD,
    Binding.EXPIRED: SignatureState.WEAK_BINDING,
    Binding.WEAK: SignatureState.WEAK_BINDING,
}


def weigh_signatures(
    keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
) -> SignatureVerdict:
    """Return the verdict on the best signature of an `.asc` file over the data."""
    try:
        packets = split_signatures(signature)
    except Invalid as error:
        return SignatureVerdict(SignatureState.UNREADABLE, explain=str(error))
    verdicts: list[SignatureVerdict] = []
    for packet in packets:
        verdict = _weigh(keys, packet, data, now)
        if verdict.state is SignatureState.GOOD:
            return verdict
        verdicts.append(verdict)
    weak = (verdict for verdict in verdicts if verdict.state is SignatureState.WEAK_BINDING)
    return next(weak, verdicts[0])


def _weigh(keys: Sequence[PublicKey], packet: SignaturePacket, data: Path, now: datetime) -> SignatureVerdict:
    key = find_signer(keys, packet.claims)
    verdict = judge_signature(packet.claims, key, now)
    if key is None or verdict.state is not SignatureState.GOOD or _holds(key, packet, data):
        return verdict
    part = key.find_part(packet.claims.issuer or "")
    if part is None or not _fits(key, part, packet, data):
        return replace(verdict, state=SignatureState.BAD)
    binding = weigh_bindings(key, part, packet.claims.signed_at)
    state = _STATES.get(binding, SignatureState.UNUSABLE_KEY)
    return replace(verdict, state=state, explain=_EXPLAINED[binding])


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


def _fits(key: PublicKey, part: Subkey, packet: SignaturePacket, data: Path) -> bool:
    """Tell whether the key made this signature over the data, whatever the certificate is worth."""
    try:
        parts = SignatureParts.parse(packet.body)
    except ValueError:
        return False
    pieces = _read_lines(data) if parts.kind == _TEXT else _read_pieces(data)
    return parts.fits(find_material(key, part), pieces)


def _read_pieces(data: Path) -> Iterator[bytes]:
    with data.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _read_lines(data: Path) -> Iterator[bytes]:
    """Yield text as it is signed: every line ends with CR and LF (RFC 9580, section 5.2.1.2)."""
    with data.open("rb") as file:
        for line in file:
            text = line.rstrip(b"\r\n")
            yield text if text == line else text + b"\r\n"
