# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- aiosmtpd decides what its hooks are called with
"""A real mail server on the loopback: with TLS and login, refusing, slow, or hanging up too soon."""

import asyncio
import gc
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "atr", "correct horse: battery/staple@example"


@dataclass(frozen=True, slots=True)
class Received:
    """One message as the server took it."""

    sender: str
    receivers: tuple[str, ...]
    data: bytes
    encrypted: bool
    user: str


@dataclass(slots=True)
class Mailbox:
    """What the server took, and how it answers; a refusal names an address, or is of the whole message."""

    received: list[Received] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 OK"
    hang_up_at_data: bool = False
    hang_up_after_data: bool = False
    pause: float = 0.0
    logins: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the receiver, or say why not."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, or say why not."""
        await asyncio.sleep(self.pause)
        if self.hang_up_at_data:
            _cut(server)
            return "451 never heard"
        if not self.data_answer.startswith("2"):
            return self.data_answer
        content = envelope.original_content
        assert content is not None
        login: object = session.auth_data
        user = str(login, "ascii") if isinstance(login, bytes) else ""
        self.received.append(
            Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, _is_encrypted(server), user)
        )
        if self.hang_up_after_data:
            _cut(server)
        return self.data_answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: object
    ) -> AuthResult:
        """Know one user."""
        login, password = getattr(data, "login", b""), getattr(data, "password", b"")
        good = (login, password) == (USER.encode(), PASSWORD.encode())
        self.logins.append(good)
        return AuthResult(success=good, handled=False, auth_data=login)


def _is_encrypted(server: SMTP) -> bool:
    assert server.transport is not None
    return server.transport.get_extra_info("ssl_object") is not None


def _cut(server: SMTP) -> None:
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-made certificate for this machine, as files, and the server's side of TLS with it."""

    ca_file: Path
    context: ssl.SSLContext


def make_certificate(folder: Path, name: str = "localhost") -> Certificate:
    """Return a certificate for a name and 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    return Certificate(ca_file, context)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server offers: TLS from the start or by STARTTLS, and whether it wants a login."""

    certificate: Certificate | None = None
    starttls: bool = False
    login: bool = False


@contextmanager
def run_mail_server(mailbox: Mailbox, offer: Offer) -> Iterator[int]:
    """Yield the port of a server that runs until the end of the block."""

    def make_protocol() -> SMTP:
        return SMTP(
            mailbox,
            hostname="localhost",
            loop=loop,
            tls_context=offer.certificate.context if offer.certificate and offer.starttls else None,
            require_starttls=offer.starttls,
            authenticator=mailbox.authenticate,
            auth_required=offer.login and offer.starttls,  # else aiosmtpd warns of what smtps protects
            auth_require_tls=offer.starttls,
        )

    context = offer.certificate.context if offer.certificate and not offer.starttls else None
    with _run_loop() as loop:
        server = _call(loop, lambda: loop.create_server(make_protocol, "127.0.0.1", 0, ssl=context))
        assert isinstance(server, asyncio.Server)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            _call(loop, lambda: _close(server))


async def _close(server: asyncio.Server) -> None:
    server.close()
    await asyncio.sleep(0.01)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _call(loop: asyncio.AbstractEventLoop, make: Callable[[], object]) -> object:
    return asyncio.run_coroutine_threadsafe(make(), loop).result(10)  # type: ignore[arg-type]


@contextmanager
def _run_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
        with warnings.catch_warnings():
            # Of a refused handshake asyncio leaves the server's socket to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
