# SPDX-License-Identifier: Apache-2.0
"""The mail server of the settings, read from its address."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from atr.config.secret import Secret


class MailSecurity(StrEnum):
    """How the connection is protected; the value is the scheme of the address."""

    NONE = "smtp"
    TLS = "smtps"
    STARTTLS = "smtp+starttls"


_PORTS = {MailSecurity.NONE: 25, MailSecurity.TLS: 465, MailSecurity.STARTTLS: 587}
_EXPECTED = "smtp://host, smtps://user:password@host:port or smtp+starttls://user:password@host:port"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, how that is protected, and as whom; no user means no login."""

    host: str
    port: int
    security: MailSecurity
    user: str = ""
    password: Secret = field(default=Secret(""), repr=False)


def read_mail_server(text: str) -> MailServer:
    """Return the server that an address names; raise ValueError with what would be right.

    A password is sent over an encrypted connection only, or to this very machine.
    """
    try:
        parts = urlsplit(text)
        security, port = MailSecurity(parts.scheme), parts.port
    except ValueError:
        raise ValueError(_EXPECTED) from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(_EXPECTED)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError(f"{_EXPECTED}, with both user and password or neither")
    if user and security is MailSecurity.NONE and not _is_here(parts.hostname):
        raise ValueError(
            "smtps:// or smtp+starttls:// when there is a password, which is not sent in the open"
        )
    return MailServer(parts.hostname, port or _PORTS[security], security, user, Secret(password))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
