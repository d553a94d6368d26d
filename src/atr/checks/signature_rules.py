# SPDX-License-Identifier: Apache-2.0
"""The rules about signatures and their keys."""

from atr.domain.check import Rule, Severity
from atr.domain.key import SignatureState

_POLICY = "Release distribution policy: signatures and checksums"
_KEYS = "Release signing: key requirements"
_SIGN_AGAIN = "Sign the file again with a key of the project and upload the new .asc."


def _block(name: str, title: str, clause: str, fix: str) -> Rule:
    return Rule(f"signature.{name}", Severity.BLOCKER, title, clause, fix)


def _worry(name: str, title: str, fix: str) -> Rule:
    return Rule(f"signature.{name}", Severity.CONCERN, title, _KEYS, fix)


UNREADABLE = _block(
    "unreadable",
    "A signature cannot be read",
    _POLICY,
    "Make an armored detached signature: gpg --armor --detach-sign FILE.",
)
BAD = _block("bad", "A signature does not fit its file", _POLICY, _SIGN_AGAIN)
NO_KEY = _block(
    "no-key",
    "A signature is by no key of the project",
    _POLICY,
    "Add the signer's public key to the project (offline: name the KEYS file with --keys).",
)
KEY_EXPIRED = _block(
    "key-expired",
    "A key had expired when it signed",
    _KEYS,
    "Prolong the key and upload it again if the signature was made in its time, or sign with a valid key.",
)
KEY_REVOKED = _block(
    "key-revoked", "A signature is by a revoked key", _KEYS, "Sign with a key that is not revoked."
)
CANNOT_SIGN = _block(
    "key-cannot-sign",
    "A signature is by a key that is not for signing",
    _KEYS,
    "Sign with a key or subkey that has the signing capability.",
)
WEAK_KEY = _block(
    "key-weak",
    "A signature is by a key that is too weak",
    _KEYS,
    "Sign with an RSA key of at least 3072 bits (better 4096) or an Ed25519 key; DSA is not believed.",
)
WEAK_HASH = _block(
    "hash-weak",
    "A signature uses a broken hash",
    _KEYS,
    "Sign again with SHA-512 (gpg --digest-algo SHA512).",
)
FUTURE = _block(
    "future", "A signature was made in the future", _POLICY, "Set the clock right and sign again."
)
EXPIRED = _block("expired", "A signature has expired", _POLICY, "Sign again without an expiry.")
UNUSABLE_KEY = _block(
    "key-unusable",
    "A key's own bindings do not hold",
    _KEYS,
    "The certificate is damaged, or somebody put a key into it: export it again and upload it.",
)
WEAK_BINDING = _worry(
    "key-binding-weak",
    "A key is bound to its owner's name with SHA-1 or MD5, or by what has expired",
    "Renew the key (gpg --quick-set-expire FINGERPRINT 2y writes new bindings) and upload it again.",
)
SHORT_KEY = _worry(
    "key-short",
    "An RSA key made after 2020 has less than 3072 bits",
    "Make a key with 4096 bits for the next release.",
)
EXPIRES_SOON = _worry(
    "key-expires-soon", "A key expires within 30 days", "Prolong it before the release is out."
)
EXPIRED_NOW = _worry(
    "key-expired-now", "A key has expired since it signed", "Prolong it and upload it again."
)
NOT_UPLOADER = _worry(
    "not-uploader",
    "The signer is not who uploaded the files",
    "Make sure that the signer knows of this candidate.",
)
OWNER_UNPROVEN = Rule(
    "signature.owner-unproven",
    Severity.SUGGESTION,
    "Nobody has proven to own the key",
    "ATR: the owner of a key is proven, never taken from the key's own user id",
    "Its owner signs in and proves it: atr key prove FINGERPRINT, or the page of the key.",
    version=2,
)

RULES_BY_STATE: dict[SignatureState, Rule] = {
    SignatureState.BAD: BAD,
    SignatureState.UNREADABLE: UNREADABLE,
    SignatureState.NO_KEY: NO_KEY,
    SignatureState.KEY_EXPIRED: KEY_EXPIRED,
    SignatureState.KEY_REVOKED: KEY_REVOKED,
    SignatureState.CANNOT_SIGN: CANNOT_SIGN,
    SignatureState.WEAK_KEY: WEAK_KEY,
    SignatureState.WEAK_HASH: WEAK_HASH,
    SignatureState.FUTURE: FUTURE,
    SignatureState.EXPIRED: EXPIRED,
    SignatureState.UNUSABLE_KEY: UNUSABLE_KEY,
    SignatureState.WEAK_BINDING: WEAK_BINDING,
}
FACT_RULES = (
    UNREADABLE,
    NO_KEY,
    KEY_EXPIRED,
    KEY_REVOKED,
    CANNOT_SIGN,
    WEAK_KEY,
    WEAK_HASH,
    FUTURE,
    EXPIRED,
    SHORT_KEY,
    EXPIRES_SOON,
    EXPIRED_NOW,
    NOT_UPLOADER,
    OWNER_UNPROVEN,
)
PROOF_RULES = (BAD, UNUSABLE_KEY, WEAK_BINDING)
