# SPDX-License-Identifier: Apache-2.0
"""Mail to a server by SMTP (RFC 5321): encrypted, as somebody, or not at all.

Nobody can be asked whether a message has left, so the ledger alone knows. Between the server's answer to the
end of the data and the ledger's next row lies the one moment in which a crash makes a mail leave again, under
the same message id. Hence nothing happens in between: not even the answer to QUIT is waited for.
"""

import asyncio
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiosmtplib

from atr.config.mail_server import MailSecurity, MailServer
from atr.domain.mail import OutgoingMail
from atr.domain.names import MailAddress
from atr.mail.stationery import Stationery
from atr.ports.mail import MailFailed, MailRefused

# Giving up early would mean that the server has the mail and nobody knows (RFC 5321, section 4.5.3.2.6).
_DATA_TIMEOUT = timedelta(minutes=10)
_LONGEST_REASON = 300
_FIRST_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpLink:
    """How the server is reached."""

    server: MailServer
    timeout: timedelta = timedelta(minutes=1)
    ca_file: Path | None = None


class SmtpTransport:
    """A mail server as the way out."""

    def __init__(self, link: SmtpLink, stationery: Stationery) -> None:
        self._link = link
        self._stationery = stationery

    def was_delivered(self, message_id: str) -> bool:  # noqa: ARG002 the port's signature
        """Return False: SMTP has no such question."""
        return False

    def deliver(self, mail: OutgoingMail) -> str:
        """Hand the mail over in one go; return who was refused while others were not.

        Raise MailRefused when the server refuses it for good, MailFailed for all else.
        """
        return self._talk(self._hand_over(mail, self._stationery.write(mail)))

    def forget(self, message_id: str) -> None:
        """Do nothing: what was handed over is kept elsewhere."""

    def probe(self) -> str:
        """Connect and log in without sending anything; return what answered, or raise MailFailed."""
        return self._talk(self._greet())

    def _talk(self, conversation: Coroutine[None, None, str]) -> str:
        try:
            return asyncio.run(conversation)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._explain(error) from error

    async def _greet(self) -> str:
        client = await self._connect()
        _hang_up(client)
        server = self._link.server
        return f"{server.host}:{server.port} answers ({server.security})"

    async def _hand_over(self, mail: OutgoingMail, message: bytes) -> str:
        client = await self._connect()
        try:
            await client.mail(str(self._stationery.letterhead.sender))
            refused = await _name_receivers(client, mail.to)
            await client.data(message, timeout=_DATA_TIMEOUT.total_seconds())
        finally:
            _hang_up(client)
        return " ".join(_describe_refusal(each) for each in refused)

    async def _connect(self) -> aiosmtplib.SMTP:
        server = self._link.server
        encrypted = server.security is not MailSecurity.NONE
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self._link.timeout.total_seconds(),
            use_tls=server.security is MailSecurity.TLS,
            start_tls=server.security is MailSecurity.STARTTLS,
            tls_context=ssl.create_default_context(cafile=self._link.ca_file) if encrypted else None,
            local_hostname=self._stationery.letterhead.sender.rpartition("@")[2],
        )
        await client.connect()
        if server.user:
            try:
                await client.login(server.user, server.password.reveal())
            except BaseException:
                _hang_up(client)
                raise
        return client

    def _explain(self, error: Exception) -> MailFailed:
        """Return the failure; only what the server says of a mail itself is for good."""
        where = f"{self._link.server.host}:{self._link.server.port}"
        match error:
            case (
                aiosmtplib.SMTPSenderRefused()
                | aiosmtplib.SMTPDataError()
                | aiosmtplib.SMTPRecipientRefused()
            ):
                kind = MailRefused if error.code >= _FIRST_PERMANENT else MailFailed
                return kind(f"The mail server {where} answered {_describe_answer(error)}.")
            case aiosmtplib.SMTPRecipientsRefused():
                return MailRefused(" ".join(_describe_refusal(each) for each in error.recipients))
            case aiosmtplib.SMTPAuthenticationError():
                return MailFailed(f"The mail server {where} refuses the login: {_describe_answer(error)}.")
            case _:
                reason = _shorten(str(error) or type(error).__name__)
                return MailFailed(f"The mail server {where} cannot be used: {reason}")


async def _name_receivers(
    client: aiosmtplib.SMTP, addresses: tuple[MailAddress, ...]
) -> list[aiosmtplib.SMTPRecipientRefused]:
    """Return who is refused for good; raise when nobody is left, or when somebody is refused for now.

    Those are tried again together, so that no part of the receivers gets the mail twice.
    """
    refused: list[aiosmtplib.SMTPRecipientRefused] = []
    for address in addresses:
        try:
            await client.rcpt(str(address))
        except aiosmtplib.SMTPRecipientRefused as error:
            if error.code < _FIRST_PERMANENT:
                raise
            refused.append(error)
    if len(refused) == len(addresses):
        raise aiosmtplib.SMTPRecipientsRefused(refused)
    return refused


def _hang_up(client: aiosmtplib.SMTP) -> None:
    if client.transport is not None and not client.transport.is_closing():
        client.transport.write(b"QUIT\r\n")  # type: ignore[attr-defined]  # a BaseTransport to the type checker
    client.close()


def _describe_refusal(error: aiosmtplib.SMTPRecipientRefused) -> str:
    return f"{error.recipient} was refused: {_describe_answer(error)}."


def _describe_answer(error: aiosmtplib.SMTPResponseException) -> str:
    return _shorten(f"{error.code} {error.message}").rstrip(".")


def _shorten(text: str) -> str:
    """Return what a server said as one line that anybody may read."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}..."
