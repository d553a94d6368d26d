# SPDX-License-Identifier: Apache-2.0
"""Public signing keys and what may be done with them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from atr.domain.names import Fingerprint, UserId

EXPIRES_SOON = timedelta(days=30)


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

    @property
    def type(self) -> str:
        """Return algorithm and size as people write them, such as `RSA 4096`."""
        return self.algorithm if self.bits is None else f"{self.algorithm} {self.bits}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key stored under its owner; `owner` is None for one known only from a KEYS file."""

    key: PublicKey
    owner: UserId | None
    added_at: datetime
    revoked_at: datetime | None = None
    revocation_reason: str | None = None

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

    def revoke(self, now: datetime, reason: str) -> Self:
        """Return the key as revoked; the first revocation stands."""
        return self if self.revoked_at else replace(self, revoked_at=now, revocation_reason=reason)


@dataclass(frozen=True, slots=True)
class RejectedKey:
    """A block of a KEYS file that was not taken, with the reason and where it stands (1 = first)."""

    position: int
    label: str
    reason: str
