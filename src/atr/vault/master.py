# SPDX-License-Identifier: Apache-2.0
"""Envelope encryption: a text under its own AES-256-GCM key, that key under one from the master secret."""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from atr.ports.vault import Sealed, Unreadable

_FORMAT = b"\x01"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_DIGEST_DIGITS = 32


class MasterVault:
    """The vault of an installation; every use has a key of its own, derived from the master secret."""

    def __init__(self, master_secret: str) -> None:
        secret = master_secret.encode()
        self._wrapping = AESGCM(_derive(secret, b"atr contact wrapping"))
        self._digesting = _derive(secret, b"atr keyed digests")

    def seal(self, text: str, owner: str) -> Sealed:
        """Return the text sealed for its owner under a new data key."""
        key = AESGCM.generate_key(bit_length=8 * _KEY_BYTES)
        return Sealed(
            _encrypt(AESGCM(key), text.encode(), f"text {owner}"),
            _encrypt(self._wrapping, key, f"key {owner}"),
        )

    def unseal(self, sealed: Sealed, owner: str) -> str:
        """Return the text; raise Unreadable for another owner, another master key, or changed bytes."""
        key = _decrypt(self._wrapping, sealed.key, f"key {owner}")
        return _decrypt(AESGCM(key), sealed.text, f"text {owner}").decode()

    def digest(self, purpose: str, *parts: str) -> str:
        """Return the keyed digest of the parts, 32 hexadecimal digits, of no use for any other purpose."""
        message = "".join(f"{len(part.encode())}:{part}" for part in (purpose, *parts))
        return hmac.new(self._digesting, message.encode(), "sha256").hexdigest()[:_DIGEST_DIGITS]


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(secret)


def _encrypt(cipher: AESGCM, plain: bytes, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _FORMAT + nonce + cipher.encrypt(nonce, plain, _FORMAT + bound_to.encode())


def _decrypt(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    body = sealed.removeprefix(_FORMAT)
    try:
        return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _FORMAT + bound_to.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("This was sealed with another master secret, or changed since.") from None
