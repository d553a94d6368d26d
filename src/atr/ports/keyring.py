# SPDX-License-Identifier: Apache-2.0
"""Reading OpenPGP keys and believing their signatures."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from atr.domain.key import PublicKey, RejectedKey, SignatureVerdict


class Keyring(Protocol):
    """Knows OpenPGP; keeps nothing."""

    def read_keys(self, data: bytes) -> tuple[tuple[PublicKey, ...], tuple[RejectedKey, ...]]:
        """Read a key or a whole KEYS file: what can be used, and what was refused with its reason."""

    def verify_answer(self, key: PublicKey, text: str, answer: bytes, now: datetime) -> SignatureVerdict:
        """Say what a signature by the key over a text is worth: a detached one, or the text clear-signed."""

    def verify_detached(
        self, keys: Sequence[PublicKey], signature: bytes, data: Path, now: datetime
    ) -> SignatureVerdict:
        """Say what a detached signature over the file is worth, trusting these keys alone."""
