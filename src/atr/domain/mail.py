# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail as a value: parsed addresses and one-line subjects, so headers cannot be injected."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, ReleaseKey, UserId

LONGEST_SUBJECT = 250
LONGEST_BODY = 200_000
REMINDERS_PATH = "/me/reminders"
# What some reader takes for the end of a line: besides CR and LF also form feed, next line, line separator.
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9.-]{1,120}>")


class MailKind(StrEnum):
    """Why a mail is sent."""

    VOTE_START = "vote start"
    VOTE_NOTICE = "vote notice"
    VOTE_RESULT = "vote result"
    ANNOUNCEMENT = "announcement"
    CONFIRMATION = "confirmation"
    BALLOT_RECEIPT = "ballot receipt"
    REMINDER = "reminder"
    DISTRIBUTION = "distribution"


class MailState(StrEnum):
    """How far a mail is."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to send once; the message id is fixed before it is queued and never changes.

    A mail to a person names the `receiver`, and has an address only while it is being sent. `failure` is why
    it did not leave or, of one that left, who did not take it.
    """

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
    receiver: UserId | None = None
    reply_to: tuple[MailAddress, ...] = ()

    def __post_init__(self) -> None:
        """Raise Invalid when a header could break out of its line or something is too long."""
        if not is_one_line(self.subject):
            raise Invalid.field("subject", "The subject must be one line that is not empty.")
        if len(self.subject) > LONGEST_SUBJECT or len(self.body) > LONGEST_BODY:
            raise Invalid.field(
                "body", f"Keep subject and body within {LONGEST_SUBJECT} and {LONGEST_BODY} characters."
            )
        if not self.to and self.receiver is None:
            raise Invalid.field(
                "mail_to", "There is no address to write to: set the policy's addresses or the dev list."
            )
        for given in filter(None, (self.message_id, self.in_reply_to)):
            if not _MESSAGE_ID.fullmatch(given):
                raise Invalid.field("message_id", f"{given!r} is not a message id: write it as <name@host>.")


def is_one_line(text: str) -> bool:
    """Tell whether the text can stand in a header: not empty, and nothing that any reader ends a line at."""
    return bool(text.strip()) and not any(unicodedata.category(character) in _BREAKING for character in text)


def make_message_id(host: str, *parts: str) -> str:
    """Return the message id that the same occasion always gets (RFC 5322, section 3.6.4)."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
    return f"<{digest}@{host}>"
