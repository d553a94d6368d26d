# SPDX-License-Identifier: Apache-2.0
"""The public keys with which the service ever signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A public Ed25519 key, 32 bytes in base64, named by their sha256."""

    key_id: str
    public_key: str
    first_used_at: datetime


class ServiceKeys(Protocol):
    """Public keys are only ever added: what an old one signed stays provable."""

    def add(self, key: ServiceKey) -> None:
        """Keep the key unless it is known."""

    def list(self) -> tuple[ServiceKey, ...]:
        """Return every key, the newest first."""
