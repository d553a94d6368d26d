# SPDX-License-Identifier: Apache-2.0
"""Keeping secrets out of every sentence, whoever wrote it."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "[hidden]"
_SHORTEST = 4  # shorter values would tear holes into ordinary words
_SCHEMES = re.compile(r"\b(Basic|Bearer|Token|token)(\s+)[A-Za-z0-9+/=_.~-]{6,}")
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")
_PARAMETERS = re.compile(
    r"(?i)([?&;](?:[\w-]*(?:token|signature|secret|password|credential|api[_-]?key|sig|otp)[\w-]*)=)[^&\s\"']+"
)


class Redactor:
    """Knows the secrets of one site, in the forms in which they travel."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._hidden: set[str] = set()
        for secret in secrets:
            self.hide(secret)

    def __repr__(self) -> str:
        return "Redactor(...)"

    def hide(self, secret: str) -> None:
        """Hide this value from now on, encoded for addresses and in base64 too."""
        if len(secret) < _SHORTEST:
            return
        encoded = base64.b64encode(secret.encode())
        self._hidden |= {secret, quote(secret, safe=""), encoded.decode(), encoded.rstrip(b"=").decode()}

    def hide_header(self, value: str) -> None:
        """Hide the credentials of an `authorization` header, and what Basic ones consist of."""
        scheme, _, credentials = value.partition(" ")
        self.hide(credentials or scheme)
        if scheme.lower() == "basic":
            try:
                _, _, password = base64.b64decode(credentials).decode().partition(":")
            except ValueError:
                return
            self.hide(password)

    def clean(self, text: str) -> str:
        """Return the text without any secret, and without what looks like one."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        text = _SCHEMES.sub(rf"\1\2{HIDDEN}", text)
        text = _USER_INFO.sub(f"{HIDDEN}@", text)
        return _PARAMETERS.sub(rf"\1{HIDDEN}", text)
