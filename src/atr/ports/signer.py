# SPDX-License-Identifier: Apache-2.0
"""Signing as the service itself."""

from typing import Protocol


class Signer(Protocol):
    """The service's own key; the same message gets the same signature."""

    @property
    def key_id(self) -> str:
        """Return the key's name, `sha256:hex` of its public part."""

    @property
    def public_key(self) -> str:
        """Return the public part, 32 bytes in base64."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of the message."""
