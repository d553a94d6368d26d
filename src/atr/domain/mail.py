# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail as a value: parsed addresses and one-line subjects, so headers cannot be injected."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, ReleaseKey

LONGEST_SUBJECT = 250
LONGEST_BODY = 200_000


class MailKind(StrEnum):
    """Why a mail is sent."""

    VOTE_START = "vote start"
    VOTE_RESULT = "vote result"
    ANNOUNCEMENT = "announcement"


class MailState(StrEnum):
    """How far a mail is."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to send once; the message id is fixed before it is queued and never changes."""

    message_id: str
    kind: MailKind
    release: ReleaseKey
    to: tuple[MailAddress, ...]
    subject: str
    body: str
    queued_at: datetime
    in_reply_to: str | None = None
    state: MailState = MailState.QUEUED
    sent_at: datetime | None = None
    failure: str | None = None

    def __post_init__(self) -> None:
        """Raise Invalid when the subject is not one line or something is too long."""
        if any(character in self.subject for character in "\r\n\0") or not self.subject.strip():
            raise Invalid.field("subject", "The subject must be one line that is not empty.")
        if len(self.subject) > LONGEST_SUBJECT or len(self.body) > LONGEST_BODY:
            raise Invalid.field(
                "body", f"Keep subject and body within {LONGEST_SUBJECT} and {LONGEST_BODY} characters."
            )
        if not self.to:
            raise Invalid.field(
                "mail_to", "There is no address to write to: set the policy's addresses or the dev list."
            )


def make_message_id(host: str, *parts: str) -> str:
    """Return the message id that the same occasion always gets (RFC 5322, section 3.6.4)."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
    return f"<{digest}@{host}>"
