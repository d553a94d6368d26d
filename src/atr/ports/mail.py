# SPDX-License-Identifier: Apache-2.0
"""Sending mail."""

from typing import Protocol

from atr.domain.errors import DomainError
from atr.domain.mail import OutgoingMail


class MailFailed(DomainError):
    """Raised when a mail did not leave; the reason is kept with the mail, which is tried again."""


class MailRefused(MailFailed):
    """Raised when a mail was refused for good: nobody took it, and trying again by itself is no use."""


class MailTransport(Protocol):
    """A way for mail to leave; delivering the same message id again must not send it twice."""

    def was_delivered(self, message_id: str) -> bool:
        """Tell whether the message is known to have left; a way that cannot be asked knows of none."""

    def deliver(self, mail: OutgoingMail) -> str:
        """Send the mail; return which receivers it was refused for, if not for all of them.

        Raise MailFailed with the reason when it did not leave, MailRefused when it never will.
        """

    def forget(self, message_id: str) -> None:
        """Remove the copy that the way out itself keeps of a message, if it keeps one; raise MailFailed."""
