# SPDX-License-Identifier: Apache-2.0
"""The key with which the service signs: the operator's, or one that the master secret makes."""

import hashlib
import hmac
from functools import cached_property

from atr.config import Settings, provide_master_secret
from atr.formats.ed25519 import SigningKey

_PURPOSE = b"service key"


class ServiceSigner:
    """Makes the key when it is first needed: commands that sign nothing need no secret."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def key_id(self) -> str:
        """Return the key's name."""
        return self._key.key_id

    @property
    def public_key(self) -> str:
        """Return the public part."""
        return self._key.public_key

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message."""
        return self._key.sign(message)

    @cached_property
    def _key(self) -> SigningKey:
        secret = self._settings.service_key or provide_master_secret(self._settings)
        return SigningKey(hmac.new(secret.reveal().encode(), _PURPOSE, hashlib.sha256).digest())
