# SPDX-License-Identifier: Apache-2.0
"""OpenPGP certificates and signatures as values (RFC 9580); nothing here says what a signature is worth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pysequoia import Cert, Sig
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

from atr.domain.errors import Invalid
from atr.domain.key import DetachedSignature, PublicKey, RejectedKey
from atr.formats.armor import ArmorBlock, split_armor
from atr.formats.certificate import describe_certificate, name_hash, read_tag

LARGEST_SIGNATURE = 256 * 1024
LARGEST_KEYS_FILE = 64 * 1024 * 1024
PRIVATE_KEY = "this is a private key: it was not stored; revoke it if it was exposed"
_SECRET_TAGS = (Tag.SecretKey, Tag.SecretSubkey)
_ERRORS = (RuntimeError, ValueError, Invalid)


@dataclass(frozen=True, slots=True)
class SignaturePacket:
    """One detached signature: what it says of itself, and its packet."""

    claims: DetachedSignature
    packet: bytes
    body: bytes


def read_keys(data: bytes) -> tuple[tuple[PublicKey, ...], tuple[RejectedKey, ...]]:
    """Read a key or a KEYS file: what can be used, and each block that cannot, with its reason.

    Several copies of one key are merged, so that a renewed expiry or a revocation counts wherever it stands.
    """
    if len(data) > LARGEST_KEYS_FILE:
        return (), (RejectedKey(1, "", f"the file has more than {LARGEST_KEYS_FILE} bytes"),)
    certificates: dict[str, Cert] = {}
    keys: dict[str, PublicKey] = {}
    rejected: list[RejectedKey] = []
    for position, block in enumerate(_split_blocks(data), 1):
        for outcome in _read_block(block):
            if isinstance(outcome, str):
                rejected.append(RejectedKey(position, block.label, outcome))
                continue
            known = certificates.get(outcome.fingerprint)
            merged = outcome if known is None else known.merge(outcome)
            try:
                keys[merged.fingerprint] = describe_certificate(merged)
            except _ERRORS as error:
                rejected.append(RejectedKey(position, block.label, f"it cannot be read: {explain(error)}"))
            else:
                certificates[merged.fingerprint] = merged
    return tuple(keys.values()), tuple(rejected)


def _split_blocks(data: bytes) -> Iterator[ArmorBlock]:
    """Yield the armored blocks, or the whole as one block when there are none."""
    found = False
    for block in split_armor(data):
        found = True
        yield block
    if not found:
        is_binary = bool(data) and data[0] & 0x80
        yield ArmorBlock("PUBLIC KEY BLOCK" if is_binary else "", data, closed=True, before="")


def _read_block(block: ArmorBlock) -> Iterator[Cert | str]:
    """Yield each certificate of a block, or the reason why there is none."""
    complaint = _refuse_block(block)
    if complaint is not None:
        yield complaint
        return
    try:
        packets = tuple(PacketPile.from_bytes(block.data))
    except _ERRORS as error:
        yield f"it cannot be read: {explain(error)}"
        return
    if any(read_tag(packet) in _SECRET_TAGS for packet in packets):
        yield PRIVATE_KEY
        return
    if not packets or read_tag(packets[0]) != Tag.PublicKey:
        yield "it holds no public key"
        return
    for group in _group_certificates(packets):
        try:
            yield Cert.from_packets(group)
        except _ERRORS as error:
            yield f"it cannot be read: {explain(error)}"


def _refuse_block(block: ArmorBlock) -> str | None:
    if "PRIVATE KEY" in block.kind or "SECRET KEY" in block.kind:
        return PRIVATE_KEY
    if not block.kind:
        return "there is no OpenPGP key in it"
    if "PUBLIC KEY" not in block.kind:
        return f"it is a PGP {block.kind}, not a public key"
    return None if block.closed else "the block has no END line"


def _group_certificates(packets: Iterable[Packet]) -> Iterator[list[Packet]]:
    group: list[Packet] = []
    for packet in packets:
        if read_tag(packet) == Tag.PublicKey and group:
            yield group
            group = []
        group.append(packet)
    yield group


def read_signatures(data: bytes) -> tuple[DetachedSignature, ...]:
    """Return what each signature of an `.asc` file says of itself; raise Invalid when it holds none."""
    return tuple(packet.claims for packet in split_signatures(data))


def split_signatures(data: bytes) -> tuple[SignaturePacket, ...]:
    """Return the detached signatures of an `.asc` file; raise Invalid when it holds none."""
    blocks = [block for block in split_armor(data) if block.kind == "SIGNATURE"]
    if not blocks:
        raise Invalid.field("signature", "It holds no armored PGP SIGNATURE block.")
    if any(block.kind == "SIGNED MESSAGE" for block in split_armor(data)):
        raise Invalid.field("signature", "It is a signed message, not a detached signature.")
    packets = tuple(packet for block in blocks for packet in _read_signature_block(block))
    if not packets:
        raise Invalid.field("signature", "It holds no signature.")
    return packets


def _read_signature_block(block: ArmorBlock) -> Iterator[SignaturePacket]:
    try:
        packets = tuple(PacketPile.from_bytes(block.data))
    except _ERRORS as error:
        raise Invalid.field("signature", f"It is damaged: {explain(error)}.") from error
    for packet in packets:
        if read_tag(packet) != Tag.Signature:
            raise Invalid.field("signature", "It holds something else than detached signatures.")
        whole = _write_packet(packet)
        yield SignaturePacket(_read_claims(whole), whole, packet.body)


def _write_packet(packet: Packet) -> bytes:
    """Return the packet's bytes, which the library cannot write for every packet that it can read."""
    try:
        return bytes(packet)
    except _ERRORS as error:
        raise Invalid.field("signature", f"It is damaged: {explain(error)}.") from error


def _read_claims(packet: bytes) -> DetachedSignature:
    try:
        signature = Sig.from_bytes(packet)
        hash_name, kind = name_hash(signature.hash_algorithm), signature.signature_type
        algorithm = str(signature.key_algorithm).rpartition(".")[2]
    except _ERRORS as error:
        raise Invalid.field(
            "signature", f"It is of a kind that is not supported: {explain(error)}."
        ) from error
    if kind not in (SignatureType.Binary, SignatureType.Text):
        raise Invalid.field("signature", "It is no signature over a document.")
    if signature.created is None:
        raise Invalid.field("signature", "It does not say when it was made.")
    issuer = signature.issuer_fingerprint or signature.issuer_key_id
    return DetachedSignature(
        issuer=None if issuer is None else issuer.lower(),
        signed_at=signature.created,
        expires_at=signature.expiration,
        hash=hash_name,
        algorithm=algorithm,
    )


def explain(error: Exception) -> str:
    """Return the reason in an error of the library, without the trace that it appends."""
    return str(error).partition("\n")[0].rstrip(".")
