# SPDX-License-Identifier: Apache-2.0
"""Ed25519 (RFC 8032): signing keys made from 32 bytes, and the check of a signature."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class SigningKey:
    """A key pair; the same seed makes the same pair, and the same message the same signature."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self._key.public_key().public_bytes_raw()
        self.public_key = base64.b64encode(raw).decode()
        self.key_id = name_key(raw)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message, 64 bytes."""
        return self._key.sign(message)


def name_key(public_key: bytes) -> str:
    """Return the name of a public key: the sha256 of its 32 bytes."""
    return f"sha256:{hashlib.sha256(public_key).hexdigest()}"


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether the signature is the key's on exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
