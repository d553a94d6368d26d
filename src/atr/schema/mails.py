# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail on the wire."""

from pydantic import Field

from atr.domain.mail import MailKind, MailState
from atr.domain.vote_message import MessageSource
from atr.schema.wire import UtcTime, WireAnswer


class MailAnswer(WireAnswer):
    """One mail and what became of it."""

    message_id: str
    kind: MailKind
    release: str
    to: tuple[str, ...]
    subject: str
    body: str
    in_reply_to: str | None
    queued_at: UtcTime
    state: MailState
    sent_at: UtcTime | None
    failure: str | None = Field(
        description="Why it did not leave, so far or for good; of one that left, who did not take it."
    )
    receiver: str | None = Field(description="The person that a reminder is for; others have addresses.")


class StrayMailAnswer(WireAnswer):
    """A mail that came in, looks like a vote, and answers none; `text` is the vote in it, if there is one."""

    message_id: str
    source: MessageSource
    subject: str
    text: str
    received_at: UtcTime
