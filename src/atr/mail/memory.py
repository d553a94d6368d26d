# SPDX-License-Identifier: Apache-2.0
"""Mail that stays in memory, for tests and for trying things out."""

from atr.domain.mail import OutgoingMail
from atr.ports.mail import MailFailed, MailRefused


class MemoryMail:
    """Keeps what was sent in order; set `failure` or `refusal` to a reason to make it fail."""

    def __init__(self) -> None:
        self.sent: dict[str, OutgoingMail] = {}
        self.failure: str | None = None
        self.refusal: str | None = None
        self.remark = ""

    def was_delivered(self, message_id: str) -> bool:
        """Tell whether the message was kept."""
        return message_id in self.sent

    def deliver(self, mail: OutgoingMail) -> str:
        """Keep the mail unless it is kept already; raise MailFailed or MailRefused when told to."""
        if self.refusal is not None:
            raise MailRefused(self.refusal)
        if self.failure is not None:
            raise MailFailed(self.failure)
        self.sent.setdefault(mail.message_id, mail)
        return self.remark

    def forget(self, message_id: str) -> None:
        """Drop the message."""
        self.sent.pop(message_id, None)
