# SPDX-License-Identifier: Apache-2.0
"""Public signing keys, detached signatures, and what a signature by a key is worth."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from atr.domain.names import Fingerprint, UserId

EXPIRES_SOON = timedelta(days=30)
CLOCK_TOLERANCE = timedelta(minutes=10)
WEAK_HASHES = frozenset({"MD5", "SHA-1", "RIPEMD-160"})
SMALLEST_RSA = 2048
SMALLEST_RSA_TODAY = 3072  # for keys made in 2021 or later
SHORT_RSA_SINCE = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Subkey:
    """A subkey: what it can do, until when, and whether it was revoked."""

    fingerprint: Fingerprint
    algorithm: str
    bits: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked: bool
    can_sign: bool

    def is_named(self, issuer: str) -> bool:
        """Tell whether a fingerprint or a 16-digit key id means this key (RFC 9580, section 5.5.4)."""
        if len(issuer) != 16:
            return issuer == self.fingerprint
        whole = self.fingerprint
        return issuer == (whole[-16:] if len(whole) == 40 else whole[:16])

    def is_over(self, at: datetime) -> bool:
        """Tell whether the key's time was over at that moment."""
        return self.expires_at is not None and at >= self.expires_at


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What an OpenPGP certificate says of itself, the armored text included."""

    fingerprint: Fingerprint
    algorithm: str
    bits: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked: bool
    user_ids: tuple[str, ...]
    subkeys: tuple[Subkey, ...]
    armored: str
    can_sign: bool = True

    @property
    def type(self) -> str:
        """Return algorithm and size as people write them, such as `RSA 4096`."""
        return self.algorithm if self.bits is None else f"{self.algorithm} {self.bits}"

    @property
    def primary(self) -> Subkey:
        """Return the primary key in the shape of a subkey."""
        return Subkey(
            self.fingerprint,
            self.algorithm,
            self.bits,
            self.created_at,
            self.expires_at,
            self.revoked,
            self.can_sign,
        )

    def names_any(self, addresses: Iterable[str]) -> bool:
        """Tell whether a user id, `Name <address>` or the address alone, names one of the addresses."""
        named = {user_id.rpartition("<")[2].removesuffix(">").strip().lower() for user_id in self.user_ids}
        return not named.isdisjoint(address.lower() for address in addresses)

    def find_part(self, issuer: str) -> Subkey | None:
        """Return the primary key or subkey with this fingerprint or 16-digit key id."""
        parts = (self.primary, *self.subkeys)
        return next((part for part in parts if part.is_named(issuer)), None)


class KeyProof(StrEnum):
    """How somebody proved to own a key."""

    CHALLENGE = "challenge"  # signed a text that ATR made up for this person and this key
    DIRECTORY = "directory"  # the foundation's directory has the fingerprint in the person's profile


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key stored under its owner; `owner` is None for one known only from a KEYS file.

    Whoever adds a key is its owner by their own word until `proof` says how it was proven; a key's own user
    id proves nothing.
    """

    key: PublicKey
    owner: UserId | None
    added_at: datetime
    revoked_at: datetime | None = None
    revocation_reason: str | None = None
    proof: KeyProof | None = None
    proven_at: datetime | None = None

    @property
    def proven_owner(self) -> UserId | None:
        """Return the owner, if it was proven who that is."""
        return None if self.proof is None else self.owner

    @property
    def fingerprint(self) -> Fingerprint:
        """Return the fingerprint of the primary key."""
        return self.key.fingerprint

    def is_revoked(self) -> bool:
        """Tell whether the key itself or its owner took it back."""
        return self.key.revoked or self.revoked_at is not None

    def has_expired(self, now: datetime) -> bool:
        """Tell whether the primary key's time is over."""
        return self.key.expires_at is not None and now >= self.key.expires_at

    def expires_soon(self, now: datetime) -> bool:
        """Tell whether the key ends within 30 days."""
        ends_at = self.key.expires_at
        return ends_at is not None and not self.has_expired(now) and ends_at - now <= EXPIRES_SOON

    def prove(self, owner: UserId, proof: KeyProof, now: datetime) -> Self:
        """Return the key as proven to be somebody's; a proof that is there already stands."""
        if self.proven_owner == owner:
            return self
        return replace(self, owner=owner, proof=proof, proven_at=now)

    def revoke(self, now: datetime, reason: str) -> Self:
        """Return the key as revoked; the first revocation stands."""
        return self if self.revoked_at else replace(self, revoked_at=now, revocation_reason=reason)


@dataclass(frozen=True, slots=True)
class KeyChallenge:
    """A text for one person to sign with one key, until it is too late."""

    user: UserId
    fingerprint: Fingerprint
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RejectedKey:
    """A block of a KEYS file that was not taken, with the reason and where it stands (1 = first)."""

    position: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class DetachedSignature:
    """What one signature packet says of itself; nothing of it is proven yet."""

    issuer: str | None
    signed_at: datetime
    expires_at: datetime | None
    hash: str
    algorithm: str


class SignatureState(StrEnum):
    """What a detached signature is worth; everything but `good` and `weak binding` blocks."""

    GOOD = "good"
    BAD = "bad"  # the file, or the signature, was changed after signing
    UNREADABLE = "unreadable"
    NO_KEY = "no key"
    KEY_EXPIRED = "key expired"  # when it signed
    KEY_REVOKED = "key revoked"
    CANNOT_SIGN = "cannot sign"
    WEAK_KEY = "weak key"
    WEAK_HASH = "weak hash"
    FUTURE = "future"
    EXPIRED = "expired"  # the signature itself
    UNUSABLE_KEY = "unusable key"  # the mathematics fit, but nothing binds the key to its certificate
    WEAK_BINDING = "weak binding"  # only SHA-1, or what has expired, binds it: believed, with a concern


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What a signature is worth, and who made it when."""

    state: SignatureState
    fingerprint: Fingerprint | None = None  # of the primary key
    signing_key: Fingerprint | None = None  # of the key or subkey that signed
    signed_at: datetime | None = None
    hash: str | None = None
    algorithm: str | None = None
    bits: int | None = None
    explain: str = ""


def find_signer(keys: Iterable[PublicKey], signature: DetachedSignature) -> PublicKey | None:
    """Return the key that claims to have made the signature, if it is among these."""
    issuer = signature.issuer
    return None if issuer is None else next((key for key in keys if key.find_part(issuer)), None)


def judge_signature(signature: DetachedSignature, key: PublicKey | None, now: datetime) -> SignatureVerdict:
    """Say what the signature is worth before any mathematics: `good` means nothing speaks against it yet."""
    part = None if key is None or signature.issuer is None else key.find_part(signature.issuer)
    verdict = SignatureVerdict(
        SignatureState.NO_KEY,
        signed_at=signature.signed_at,
        hash=signature.hash,
        algorithm=signature.algorithm,
    )
    if key is None or part is None:
        return verdict
    return replace(
        verdict,
        state=_weigh_signature(signature, key, part, now),
        fingerprint=key.fingerprint,
        signing_key=part.fingerprint,
        algorithm=part.algorithm,
        bits=part.bits,
    )


def _weigh_signature(
    signature: DetachedSignature, key: PublicKey, part: Subkey, now: datetime
) -> SignatureState:
    signed_at = signature.signed_at
    objections = (
        (SignatureState.KEY_REVOKED, key.revoked or part.revoked),
        (SignatureState.WEAK_KEY, is_weak(part)),
        (SignatureState.CANNOT_SIGN, not part.can_sign),
        (SignatureState.WEAK_HASH, signature.hash in WEAK_HASHES),
        (SignatureState.FUTURE, signed_at > now + CLOCK_TOLERANCE),
        (SignatureState.KEY_EXPIRED, key.primary.is_over(signed_at) or part.is_over(signed_at)),
        (SignatureState.EXPIRED, signature.expires_at is not None and now >= signature.expires_at),
    )
    return next((state for state, holds in objections if holds), SignatureState.GOOD)


def is_weak(part: Subkey) -> bool:
    """Tell whether a key is too weak to be believed: DSA, or RSA below 2048 bits."""
    return part.algorithm == "DSA" or (part.algorithm == "RSA" and (part.bits or 0) < SMALLEST_RSA)


def is_short(part: Subkey) -> bool:
    """Tell whether an RSA key is shorter than what should have been made at its time."""
    return (
        part.algorithm == "RSA"
        and (part.bits or 0) < SMALLEST_RSA_TODAY
        and part.created_at >= SHORT_RSA_SINCE
    )
