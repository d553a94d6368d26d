# SPDX-License-Identifier: Apache-2.0
"""How mail of this installation is written: from whom, and under whose signature."""

from dataclasses import dataclass
from typing import Protocol

from atr.domain.mail import OutgoingMail
from atr.formats.mail_message import Letterhead, encode_mail


class Signer(Protocol):
    """Signs messages, so that receivers can tell whose they are."""

    def sign(self, message: bytes) -> bytes:
        """Return the message, whose lines end in CR LF, with its signature."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """Writes mails as messages."""

    letterhead: Letterhead
    signer: Signer | None = None

    def write(self, mail: OutgoingMail) -> bytes:
        """Return the message with lines that end in CR LF, signed if there is a signer."""
        message = encode_mail(mail, self.letterhead).replace(b"\n", b"\r\n")
        return message if self.signer is None else self.signer.sign(message)
