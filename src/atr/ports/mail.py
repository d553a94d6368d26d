# SPDX-License-Identifier: Apache-2.0
"""Sending mail."""

from typing import Protocol

from atr.domain.errors import DomainError
from atr.domain.mail import OutgoingMail


class MailFailed(DomainError):
    """Raised when a mail did not leave; the reason is kept with the mail, which is tried again."""


class MailTransport(Protocol):
    """A way for mail to leave; delivering the same message id again must not send it twice."""

    def was_delivered(self, message_id: str) -> bool:
        """Tell whether the message is known to have left."""

    def deliver(self, mail: OutgoingMail) -> None:
        """Send the mail; raise MailFailed with the reason when it did not leave."""
