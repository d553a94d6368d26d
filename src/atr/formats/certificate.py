# SPDX-License-Identifier: Apache-2.0
"""One OpenPGP certificate as a value: keys, their purposes, ends and revocations.

The certificate is read as its owner wrote it, weak self-signatures included, so that even an old key can be
shown. Whether a signature by it holds is decided by the OpenPGP library when the signature is verified.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pysequoia import Cert
from pysequoia.packet import HashAlgorithm, Packet, PacketPile, SignatureType, Tag

from atr.domain.key import PublicKey, Subkey
from atr.domain.names import Fingerprint

_KEY_TAGS = (Tag.PublicKey, Tag.PublicSubkey)
_REVOCATIONS = (SignatureType.KeyRevocation, SignatureType.SubkeyRevocation)
_BINDINGS = (
    SignatureType.DirectKey,
    SignatureType.GenericCertification,
    SignatureType.PersonaCertification,
    SignatureType.CasualCertification,
    SignatureType.PositiveCertification,
    SignatureType.SubkeyBinding,
)
_NAMES = {
    "RSAEncryptSign": "RSA",
    "RSASign": "RSA",
    "RSAEncrypt": "RSA",
    "ElGamalEncrypt": "ElGamal",
    "ElGamalEncryptSign": "ElGamal",
}
_SIZED = frozenset({"RSA", "DSA", "ElGamal"})
_SIGNERS = frozenset({"RSA", "DSA"})
_CURVES = {
    "2b06010401da470f01": "Ed25519",
    "2b060104019755010501": "Curve25519",
    "2a8648ce3d030107": "P-256",
    "2b81040022": "P-384",
    "2b81040023": "P-521",
    "2b2403030208010107": "brainpoolP256r1",
    "2b240303020801010b": "brainpoolP384r1",
    "2b240303020801010d": "brainpoolP512r1",
    "2b8104000a": "secp256k1",
}
_HASHES = {"SHA1": "SHA-1", "RipeMD": "RIPEMD-160", "SHA3_256": "SHA3-256", "SHA3_512": "SHA3-512"}
_NEVER = datetime.min.replace(tzinfo=UTC)


def describe_certificate(certificate: Cert) -> PublicKey:
    """Return the certificate as a value; raise RuntimeError, ValueError or Invalid for unknown kinds."""
    groups = tuple(_group_keys(PacketPile.from_bytes(bytes(certificate))))
    primary, *others = (_describe_key(group, groups[0][0]) for group in groups)
    user_ids = tuple(packet.user_id for packet in groups[0] if packet.user_id is not None)
    return PublicKey(
        fingerprint=primary.fingerprint,
        algorithm=primary.algorithm,
        bits=primary.bits,
        created_at=primary.created_at,
        expires_at=primary.expires_at,
        revoked=primary.revoked or certificate.is_revoked,
        user_ids=tuple(_make_printable(user_id) for user_id in user_ids),
        subkeys=tuple(others),
        armored=str(certificate),
        can_sign=primary.can_sign,
    )


def read_tag(packet: Packet) -> Tag | None:
    """Return what kind of packet it is, or None for kinds that the library does not know."""
    try:
        return packet.tag
    except RuntimeError:
        return None


def name_hash(algorithm: HashAlgorithm) -> str:
    """Return the name of a hash as people write it."""
    word = str(algorithm).rpartition(".")[2]
    return _HASHES.get(word, word.replace("SHA", "SHA-"))


def _make_printable(user_id: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in user_id)


def _group_keys(packets: Iterable[Packet]) -> Iterator[list[Packet]]:
    """Yield each key packet with what follows it: user ids and signatures."""
    group: list[Packet] = []
    for packet in packets:
        if read_tag(packet) in _KEY_TAGS and group:
            yield group
            group = []
        group.append(packet)
    yield group


def _describe_key(group: list[Packet], primary: Packet) -> Subkey:
    key = group[0]
    own = [packet for packet in group[1:] if read_tag(packet) == Tag.Signature and _is_by(packet, primary)]
    bindings = [packet for packet in own if _is_one_of(packet, _BINDINGS)]
    binding = max(bindings, key=lambda packet: packet.signature_created or _NEVER, default=None)
    created_at = key.key_created or _NEVER
    algorithm, bits = _describe_algorithm(key)
    period = None if binding is None else binding.key_validity_period
    return Subkey(
        fingerprint=Fingerprint(key.fingerprint or ""),
        algorithm=algorithm,
        bits=bits,
        created_at=created_at,
        expires_at=created_at + period if period else None,
        revoked=any(_is_one_of(packet, _REVOCATIONS) for packet in own),
        can_sign=_may_sign(binding, algorithm, is_primary=key is primary),
    )


def _is_one_of(signature: Packet, kinds: tuple[SignatureType, ...]) -> bool:
    """Tell whether the signature is of one of the kinds; the library raises for kinds it does not know."""
    try:
        return signature.signature_type in kinds
    except RuntimeError:
        return False


def _is_by(signature: Packet, key: Packet) -> bool:
    """Tell whether a signature claims to be by the key; third parties' certifications do not count."""
    if signature.issuer_fingerprint is not None:
        return signature.issuer_fingerprint == key.fingerprint
    return signature.issuer_key_id == key.key_id


def _may_sign(binding: Packet | None, algorithm: str, *, is_primary: bool) -> bool:
    flags = None if binding is None else binding.key_flags
    if flags is not None:
        return flags.signing
    return is_primary and algorithm in _SIGNERS  # before key flags, a primary key was for everything


def _describe_algorithm(key: Packet) -> tuple[str, int | None]:
    word = str(key.key_algorithm).rpartition(".")[2]
    name = _NAMES.get(word, word)
    material = key.body[6:] if key.body[:1] == b"\x04" else key.body[10:]
    if name in _SIZED:
        return name, int.from_bytes(material[:2])
    if name in {"ECDSA", "EdDSA", "ECDH"}:
        curve = _CURVES.get(material[1 : 1 + material[0]].hex(), "unknown curve")
        return curve if name == "EdDSA" else f"{name} {curve}", None
    return name, None
