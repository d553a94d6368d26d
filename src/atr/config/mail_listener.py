# SPDX-License-Identifier: Apache-2.0
"""Where mail is taken in, read from the settings."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network
_EXPECTED = "lmtp://host:port, smtp://host:port, or lmtp:///path/of/socket"


@dataclass(frozen=True, slots=True)
class MailListener:
    """A host with a port, or a socket in the file system."""

    is_lmtp: bool
    host: str = ""
    port: int = 0
    path: Path | None = None


def read_mail_listener(text: str) -> MailListener:
    """Return where to listen; raise ValueError with what would be right."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(_EXPECTED) from None
    has_extras = parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in {"lmtp", "smtp"} or has_extras:
        raise ValueError(_EXPECTED)
    is_lmtp = parts.scheme == "lmtp"
    if is_lmtp and not parts.netloc and len(parts.path) > 1:
        return MailListener(is_lmtp, path=Path(parts.path))
    if not parts.hostname or port is None or parts.path not in {"", "/"}:
        raise ValueError(_EXPECTED)
    return MailListener(is_lmtp, parts.hostname, port)


def read_networks(text: str) -> tuple[Network, ...]:
    """Return the networks; raise ValueError with what would be right."""
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in text.split(",") if each.strip())
    except ValueError:
        raise ValueError("addresses or networks such as 10.0.0.0/8, with commas between them") from None


def require_mail_listener(value: object) -> None:
    """Raise ValueError unless the text says where to listen."""
    read_mail_listener(str(value))


def require_networks(value: object) -> None:
    """Raise ValueError unless the text is a list of networks."""
    read_networks(str(value))
