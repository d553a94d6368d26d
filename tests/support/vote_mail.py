# SPDX-License-Identifier: Apache-2.0
"""Mails that people write in a vote, signed by their domains or not."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

import dkim  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from atr.domain.mail import OutgoingMail
from atr.domain.vote_message import MessageSource, VoteMessage
from atr.mail.dkim_prover import DkimProver
from atr.services.door import Door
from atr.services.mails import ListMails
from atr.services.vote_messages import receive_message
from tests.support.door import NOON
from tests.support.playground import act_as
from tests.support.voting import KEY

SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references")


@dataclass(slots=True)
class KeyBook:
    """Keys of domains, as DNS would have them; made when first needed."""

    private: dict[str, bytes] = field(default_factory=dict)
    records: dict[str, bytes] = field(default_factory=dict)

    def find(self, name: str) -> bytes | None:
        """Return the published record."""
        return self.records.get(name)

    def provide(self, domain: str) -> bytes:
        """Return the private key of a domain, which publishes it under the selector `test`."""
        if domain not in self.private:
            key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
            self.private[domain] = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
            public = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            told = b"".join(public.splitlines()[1:-1])
            self.records[f"test._domainkey.{domain}"] = b"v=DKIM1; k=rsa; p=" + told
        return self.private[domain]

    def sign(self, raw: bytes, domain: str = "example.org", headers: tuple[bytes, ...] = SIGNED) -> bytes:
        """Return the mail with the signature of a domain."""
        line: bytes = dkim.sign(
            raw, b"test", domain.encode(), self.provide(domain), include_headers=list(headers)
        )
        return line + raw

    def seal(self, raw: bytes, host: str, results: str) -> bytes:
        """Return the mail as a host of lists passes it on, with what it saw of the signatures."""
        told = f"Authentication-Results: {host}; {results}\r\n".encode() + raw
        lines: list[bytes] = dkim.arc_sign(
            told, b"test", host.encode(), self.provide(host), host.encode(), include_headers=list(SIGNED)
        )
        return b"".join(lines) + told

    @property
    def prover(self) -> DkimProver:
        """Return what checks against these keys."""
        return DkimProver(self)


KEYS = KeyBook()


def find_call(door: Door, number: int = 1) -> OutgoingMail:
    """Return the mail that called for votes in a round of the sample release."""
    mails = door.ask(act_as(door, "rm"), ListMails(KEY))
    return [each for each in mails if each.kind == "vote start"][number - 1]


def write_reply(
    call: OutgoingMail, who: str = "alice", text: str = "+1", number: int = 1, **headers: str
) -> bytes:
    """Return somebody's answer; headers may be given anew, with _ for -, or left out with nothing."""
    message = EmailMessage()
    usual = {
        "From": f"{who.capitalize()} Sample <{who}@example.org>",
        "To": call.to[0],
        "Subject": f"Re: {call.subject}",
        "Date": format_datetime(NOON),
        "Message-ID": f"<{who}-{number}@mail.example.org>",
        "In-Reply-To": call.message_id,
        "References": call.message_id,
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {**usual, **given}.items():
        if value:
            message[name] = value
    message.set_content(text + "\n")
    return message.as_bytes().replace(b"\n", b"\r\n")


def write_signed(
    call: OutgoingMail, who: str = "alice", text: str = "+1", number: int = 1, **headers: str
) -> bytes:
    """Return somebody's answer with the signature of their domain."""
    return KEYS.sign(write_reply(call, who, text, number, **headers))


def receive(door: Door, raw: bytes) -> VoteMessage:
    """Return what became of a mail of the thread."""
    message = receive_message(door, raw, MessageSource.LISTENER)
    assert message is not None
    return message
