# SPDX-License-Identifier: Apache-2.0
"""Signatures of the domain (DKIM, RFC 6376), by dkimpy."""

import dkim  # type: ignore[import-untyped]  # dkimpy has no types
from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # type: ignore[import-untyped]

from atr.domain.errors import Invalid

_SHORTEST_KEY_BITS = 1_024
# From and Subject stand twice, so that no second one can be added. What lists add or change is left out.
_SIGNED_HEADERS = (
    *("From", "From", "Subject", "Subject", "To", "Date", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"),
)


class DkimSigner:
    """Signs with the key that `SELECTOR._domainkey.DOMAIN` publishes."""

    def __init__(self, selector: str, domain: str, key: str) -> None:
        """Raise Invalid when the key is no private RSA key in PEM form, or too short to be accepted."""
        try:
            bits = parse_pem_private_key(key.encode())["modulus"].bit_length()
        except (UnparsableKeyError, UnicodeEncodeError):
            raise Invalid.field("dkim_key", "The DKIM key is no private RSA key in PEM form.") from None
        if bits < _SHORTEST_KEY_BITS:
            raise Invalid.field("dkim_key", f"The DKIM key has {bits} bits: receivers want 2048 of them.")
        self.bits = bits
        self.record = f"{selector}._domainkey.{domain}"
        self._selector = selector.encode()
        self._domain = domain.encode()
        self._key = key.encode()

    def sign(self, message: bytes) -> bytes:
        """Return the message with its signature before all else."""
        signature: bytes = dkim.sign(
            message,
            self._selector,
            self._domain,
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED_HEADERS),
        )
        return signature + message
