# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail as the bytes that mail programs read (RFC 5322, MIME)."""

from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime

from atr.domain.mail import REMINDERS_PATH, OutgoingMail
from atr.domain.names import MailAddress


class _UnbrokenId(MessageIDHeader):
    """A message id on the line of its header's name, however long: there is no space to fold it at."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the mixin is given a name


class _UnbrokenText(UnstructuredHeader):
    """An address on the line of its header's name: some readers take no folded one."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the mixin is given a name


def _make_registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _UnbrokenId)  # type: ignore[arg-type]  # a mixin, as all of them are
    registry.map_to_type("list-unsubscribe", _UnbrokenText)  # type: ignore[arg-type]
    return registry


_LONGEST_LINE = 78
_POLICY = EmailPolicy(max_line_length=_LONGEST_LINE, header_factory=_make_registry())


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes; `address` is where ATR's pages are, without a slash at its end."""

    sender: MailAddress
    name: str = ""
    address: str = ""


def encode_mail(mail: OutgoingMail, head: Letterhead) -> bytes:
    """Return the message with line feeds as line ends; the same mail always gives the same bytes."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _make_address(head.sender, head.name)
    message["To"] = tuple(_make_address(address) for address in mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = mail.message_id
    if mail.in_reply_to is not None:
        message["In-Reply-To"] = mail.in_reply_to
        message["References"] = mail.in_reply_to
    if mail.reply_to:
        message["Reply-To"] = tuple(_make_address(address) for address in mail.reply_to)
    if mail.receiver is not None and head.address:
        _add_list_headers(message, head)
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday notice answers (RFC 3834)
    plain = mail.body.isascii() and all(len(line) <= _LONGEST_LINE for line in mail.body.split("\n"))
    message.set_content(mail.body, cte="7bit" if plain else "quoted-printable")
    return message.as_bytes()


def _add_list_headers(message: EmailMessage, head: Letterhead) -> None:
    """Say which kind of mail this is and where its receiver stops it (RFC 2919, RFC 2369)."""
    message["List-Id"] = f"Reminders to vote <reminders.{head.sender.rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{head.address}{REMINDERS_PATH}>"


def _make_address(address: MailAddress, name: str = "") -> Address:
    user, _, host = address.rpartition("@")
    return Address(name, user, host)
