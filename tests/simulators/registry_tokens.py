# SPDX-License-Identifier: Apache-2.0
"""A token server as container registries know it (distribution's `token.md` and `jwt.md`).

It signs what a registry believes: whoever signs in may do everything they ask for except with repositories of
others, everybody may pull, and nobody in particular may do nothing else.
"""

import base64
import json
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.simulators.lying import Reply, Seen, serve_replies

ISSUER, SERVICE = "tests", "registry.tests"
OTHERS = "others/"


@dataclass(slots=True)
class TokenServer:
    """Hands out tokens; `lifetime` in seconds is left out of the answer if None, as the standard permits."""

    username: str
    password: str
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    certificate: x509.Certificate = field(init=False)
    lifetime: int | None = 300
    field_name: str = "token"
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.certificate = _certify(self.key)

    def write_bundle(self, folder: Path) -> Path:
        """Write what the registry is to believe."""
        path = folder / "token-server.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def answer(self, request: Seen) -> Reply:
        """Grant what may be granted, which may be less than was asked for."""
        given = request.headers.get("authorization", "")
        expected = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        if given and given != f"Basic {expected}":
            self.asked["refused"] += 1
            return _reply(401, {"details": "incorrect username or password"})
        self.asked["account" if given else "anybody"] += 1
        scopes = parse_qs(urlsplit(request.path).query).get("scope", [])
        access = [_grant(scope, known=bool(given)) for scope in scopes]
        answer: dict[str, object] = {self.field_name: self._sign(access)}
        if self.lifetime is not None:
            answer["expires_in"] = self.lifetime
        return _reply(200, answer)

    def _sign(self, access: list[dict[str, object]]) -> str:
        now = int(time.time())
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
        claims = {
            "iss": ISSUER,
            "sub": self.username,
            "aud": SERVICE,
            "exp": now + 300,
            "nbf": now - 60,
            "iat": now,
            "jti": secrets.token_hex(8),
            "access": access,
        }
        signed = f"{_encode(json.dumps(header).encode())}.{_encode(json.dumps(claims).encode())}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"


@contextmanager
def serve_tokens(username: str, password: str) -> Iterator[TokenServer]:
    """Run a token server on the loopback."""
    server = TokenServer(username, password)
    with serve_replies(server.answer) as url:
        server.url = f"{url}/token"
        yield server


def _grant(scope: str, *, known: bool) -> dict[str, object]:
    kind, name, asked = scope.split(":")
    permitted = {"pull"} if not known or name.startswith(OTHERS) else {"pull", "push", "delete"}
    return {"type": kind, "name": name, "actions": sorted(set(asked.split(",")) & permitted)}


def _certify(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ISSUER)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _reply(status: int, fields: dict[str, object]) -> Reply:
    return Reply(status, json.dumps(fields).encode(), {"content-type": "application/json"})
