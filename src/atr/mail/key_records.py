# SPDX-License-Identifier: Apache-2.0
"""The keys that domains publish for their signatures: from DNS, or from a file where there is none."""

from pathlib import Path

import dns.exception
import dns.resolver

from atr.domain.errors import Invalid, Unavailable

_PATIENCE_SECONDS = 5.0


class DnsKeys:
    """Asks the system's name servers."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver

    def find(self, name: str) -> bytes | None:
        """Return the TXT record; raise Unavailable when nobody answers in time."""
        try:
            resolver = self._resolver or dns.resolver.Resolver()
            answer = resolver.resolve(f"{name}.", "TXT", lifetime=_PATIENCE_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.exception.DNSException, ValueError, OSError):
            domain = name.rpartition("._domainkey.")[2]
            raise Unavailable(f"The key of {domain} could not be looked up.") from None
        return b"".join(answer[0].strings)


class FileKeys:
    """Reads lines of a name, a space and its TXT record; # begins a remark."""

    def __init__(self, path: Path) -> None:
        """Raise Invalid when the file cannot be read."""
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise Invalid.field("mail_keys_file", f"{path} cannot be read as a list of keys.") from None
        pairs = (line.strip().partition(" ") for line in lines if not line.lstrip().startswith("#"))
        self._records = {name.rstrip(".").lower(): record.strip() for name, _, record in pairs if record}

    def find(self, name: str) -> bytes | None:
        """Return the record of the name."""
        record = self._records.get(name.lower())
        return None if record is None else record.encode()
