# SPDX-License-Identifier: Apache-2.0
"""Signing in as a registry asks for it: Basic, or a Bearer token a scope (distribution's `token.md`)."""

import base64
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from httpx2 import Headers

from atr.domain.errors import Refused
from atr.platforms._http import Limits, RegistryClient
from atr.platforms.oci.hosts import may_sign_in
from atr.ports.platforms import BadCredentials, RegistryDown, Site

_SCHEME = re.compile(r"\b(Bearer|Basic)\b", re.IGNORECASE)
_PARAMETER = re.compile(r'([a-z_]+)="([^"]*)"', re.IGNORECASE)
_SHORTEST, _LONGEST = 60.0, 3600.0  # seconds; what is not said is a minute
_MARGIN = 10.0


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a registry answers to whoever did not sign in."""

    scheme: str
    realm: str
    service: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is to permit, and whether it is asked for without naming an account."""

    names: tuple[str, ...]
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    ends_at: float


class SignIn:
    """Remembers how this registry wants to be signed in to, and the tokens that still hold."""

    def __init__(self, site: Site, limits: Limits) -> None:
        self._site = site
        self._limits = limits
        self._challenge: Challenge | None = None
        self._tokens: dict[Scope, _Token] = {}

    @property
    def account(self) -> str:
        """Return the name of the account, empty without one."""
        return self._site.secret.get("username", "")

    @property
    def is_asked(self) -> bool:
        """Tell whether the registry ever asked who it is."""
        return self._challenge is not None

    def list_headers(self, scope: Scope) -> Mapping[str, str]:
        """Return the headers for a call, as far as it is known what the registry wants."""
        if self._challenge is None:
            return {}
        if self._challenge.scheme == "basic":
            return {} if scope.anonymous else self._write_basic()
        token = self._tokens.get(scope)
        if token is None or token.ends_at < time.monotonic():
            token = self._tokens[scope] = self._fetch_token(self._challenge, scope)
        return {"authorization": f"Bearer {token.value}"}

    def take_challenge(self, headers: Headers, scope: Scope) -> None:
        """Learn from a refusal; what was granted for the scope did not do."""
        self._tokens.pop(scope, None)
        self._challenge = read_challenge(headers)

    def _write_basic(self) -> Mapping[str, str]:
        secret = self._site.secret
        if not self.account:
            return {}
        pair = f"{self.account}:{secret.get('password', '')}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _fetch_token(self, challenge: Challenge, scope: Scope) -> _Token:
        query = [("service", challenge.service), *(("scope", name) for name in scope.names)]
        with self._open(challenge.realm) as client:
            separator = "&" if "?" in challenge.realm else "?"
            answer = client.send(
                "GET",
                f"{challenge.realm}{separator}{urlencode(query)}",
                headers={} if scope.anonymous else self._write_basic(),
                anonymous=True,
            )
            fields = answer.parse_object()
        value = fields.get("token") or fields.get("access_token")
        if not isinstance(value, str) or not value.isprintable():
            raise RegistryDown(f"{challenge.realm} was answered without a token.")
        return _Token(value, time.monotonic() + _read_lifetime(fields.get("expires_in")) - _MARGIN)

    @contextmanager
    def _open(self, realm: str) -> Iterator[RegistryClient]:
        if not may_sign_in(self._site, realm):
            raise Refused(f"The registry wants its account to be shown to {realm}, where it has no business.")
        parts = urlsplit(realm)
        site = Site(f"{parts.scheme}://{parts.netloc}", self._site.secret, self._site.local)
        with RegistryClient(site, limits=self._limits) as client:
            yield client


def read_challenge(headers: Headers) -> Challenge:
    """Return what to sign in with, Bearer before Basic; raise BadCredentials when nothing is named."""
    text = ", ".join(headers.get_list("www-authenticate"))
    found = list(_SCHEME.finditer(text))
    for scheme in sorted(found, key=lambda each: each[1].lower() == "basic"):
        after = next((each.start() for each in found if each.start() > scheme.start()), len(text))
        fields = {name.lower(): value for name, value in _PARAMETER.findall(text[scheme.end() : after])}
        return Challenge(scheme[1].lower(), fields.get("realm", ""), fields.get("service", ""))
    raise BadCredentials("The registry refuses without saying how to sign in.")


def _read_lifetime(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _SHORTEST
    return min(max(float(value), _SHORTEST), _LONGEST)
