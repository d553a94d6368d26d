# SPDX-License-Identifier: Apache-2.0
"""Proving who sent a mail."""

from typing import Protocol

from atr.domain.mail_identity import MailProof


class KeyRecords(Protocol):
    """The keys that domains publish for their signatures."""

    def find(self, name: str) -> bytes | None:
        """Return the TXT record of the name, which ends in no dot; raise Unavailable when nobody answers."""


class MailProver(Protocol):
    """Looks for signatures and seals."""

    def examine(self, raw: bytes) -> MailProof:
        """Return what is proven, whatever the bytes are, within a limited time."""


class NoProver:
    """Proves nothing: every mail is unconfirmed."""

    def examine(self, _raw: bytes) -> MailProof:
        """Return that nobody looked."""
        return MailProof(problem="Signatures of mail are not looked at here.")
