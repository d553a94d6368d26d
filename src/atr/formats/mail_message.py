# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail as the bytes that mail programs read (RFC 5322, MIME)."""

from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime

from atr.domain.mail import OutgoingMail
from atr.domain.names import MailAddress


class _UnbrokenId(MessageIDHeader):
    """A message id on the line of its header's name, however long: there is no space to fold it at."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the mixin is given a name


def _make_registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _UnbrokenId)  # type: ignore[arg-type]  # a mixin, as all of them are
    return registry


_LONGEST_LINE = 78
_POLICY = EmailPolicy(max_line_length=_LONGEST_LINE, header_factory=_make_registry())


def encode_mail(mail: OutgoingMail, sender: MailAddress, sender_name: str = "") -> bytes:
    """Return the message with line feeds as line ends; the same mail always gives the same bytes."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _make_address(sender, sender_name)
    message["To"] = tuple(_make_address(address) for address in mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = mail.message_id
    if mail.in_reply_to is not None:
        message["In-Reply-To"] = mail.in_reply_to
        message["References"] = mail.in_reply_to
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday notice answers (RFC 3834)
    plain = mail.body.isascii() and all(len(line) <= _LONGEST_LINE for line in mail.body.split("\n"))
    message.set_content(mail.body, cte="7bit" if plain else "quoted-printable")
    return message.as_bytes()


def _make_address(address: MailAddress, name: str = "") -> Address:
    user, _, host = address.rpartition("@")
    return Address(name, user, host)
