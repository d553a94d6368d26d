# SPDX-License-Identifier: Apache-2.0
"""Keeping contacts secret: each under a key of its own, so that destroying the key destroys the contact."""

from dataclasses import dataclass, field
from typing import Protocol

from atr.domain.errors import DomainError


class Unreadable(DomainError):
    """Raised when something was sealed with another master secret, or changed since."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text under its own data key, and that key under the master key."""

    text: bytes = field(repr=False)
    key: bytes = field(repr=False)


class Vault(Protocol):
    """Whatever needs the master key; the key itself never leaves it."""

    def seal(self, text: str, owner: str) -> Sealed:
        """Return the text sealed for its owner under a new data key."""

    def unseal(self, sealed: Sealed, owner: str) -> str:
        """Return the text; raise Unreadable for another owner, another master key, or changed bytes."""

    def digest(self, purpose: str, *parts: str) -> str:
        """Return the keyed digest of the parts, 32 hexadecimal digits, of no use for any other purpose."""
