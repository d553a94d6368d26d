# SPDX-License-Identifier: Apache-2.0
"""Signed mail is verified by whoever looks the key up in DNS, and nothing in it can be changed."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from atr.bootstrap.mail import build_transport, examine_server, examine_signature
from atr.config import Secret, Settings
from atr.domain.errors import Invalid
from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.names import MailAddress, ReleaseKey
from atr.formats.mail_message import Letterhead
from atr.mail.dkim_signer import DkimSigner
from atr.mail.smtp import SmtpTransport
from atr.mail.stationery import Stationery
from tests.support.mail_server import Mailbox, Offer, run_mail_server

MAIL = OutgoingMail(
    message_id="<1@example.org>",
    kind=MailKind.VOTE_START,
    release=ReleaseKey.parse("tika/3.1.0"),
    to=(MailAddress("dev@tika.example.org"),),
    subject="[VOTE] Release Tika für alle",
    body="Please vote.\n\n  +1\n\n",
    queued_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    in_reply_to="<0@example.org>",
)


def write_key(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


@pytest.fixture
def dns(key: rsa.RSAPrivateKey, tmp_path: Path) -> Path:
    """Return a file with the one answer that DNS gives."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path = tmp_path / "atr._domainkey.example.org"
    path.write_text(f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}")
    return path


def verify(message: bytes, dns: Path) -> bool:
    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        path = dns.with_name(name.decode().rstrip("."))
        return path.read_bytes() if path.exists() else None

    return bool(dkim.verify(message, dnsfunc=look_up))


@pytest.fixture
def signed(key: rsa.RSAPrivateKey) -> bytes:
    signer = DkimSigner("atr", "example.org", write_key(key))
    return Stationery(Letterhead(MailAddress("atr@example.org"), "The Foundation"), signer).write(MAIL)


def test_a_signed_mail_is_verified_by_the_published_key(signed: bytes, dns: Path) -> None:
    assert verify(signed, dns)
    dns.rename(dns.with_name("other._domainkey.example.org"))
    assert not verify(signed, dns)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Please vote", b"Please do not vote"),
        (b"To: dev@", b"To: private@"),
        (b"Subject: ", b"Subject: another\r\nSubject: "),
        (b"From: ", b"From: mallory@example.com\r\nFrom: "),
        (b"In-Reply-To: <0@", b"In-Reply-To: <9@"),
    ],
)
def test_a_changed_mail_is_not(signed: bytes, dns: Path, old: bytes, new: bytes) -> None:
    head, mark, rest = signed.partition(b"From: ")
    changed = head + (mark + rest).replace(old, new, 1)
    assert changed != signed
    assert not verify(changed, dns)


def test_what_arrives_by_smtp_carries_the_signature(key: rsa.RSAPrivateKey, dns: Path) -> None:
    mailbox = Mailbox()
    with run_mail_server(mailbox, Offer()) as port:
        settings = Settings(
            smtp_url=Secret(f"smtp://localhost:{port}"),
            dkim_key=Secret(write_key(key)),
            mail_sender="atr@example.org",
        )
        way = build_transport(settings)
        assert isinstance(way, SmtpTransport)
        way.deliver(MAIL)
        assert examine_server(settings) == (True, f"localhost:{port} answers (smtp)")
    (received,) = mailbox.received
    assert verify(received.data, dns)
    assert examine_signature(settings) == (
        True,
        "by a key of 2048 bits, published at atr._domainkey.example.org",
    )
    assert examine_server(settings)[0] is False


def test_a_key_that_cannot_sign_is_told_at_the_start() -> None:
    curve = write_key(ec.generate_private_key(ec.SECP256R1()))
    for text in (
        "no key",
        curve,
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "é",
    ):
        with pytest.raises(Invalid, match="no private RSA key"):
            DkimSigner("atr", "example.org", text)


def test_a_weak_key_is_remarked() -> None:
    weak = Settings(dkim_key=Secret(write_key(rsa.generate_private_key(65_537, 1_024))))
    assert "ignore keys below 2048" in examine_signature(weak)[1]
    assert examine_signature(Settings()) == (True, "mail is not signed: there is no dkim_key")
