# SPDX-License-Identifier: Apache-2.0
"""Mails that came in for votes, on the wire."""

from pydantic import Field

from atr.domain.vote import Choice
from atr.domain.vote_message import MessageSource, MessageState
from atr.schema.releases import LONGEST_REASON
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LARGEST_MAIL = 4 * 1024 * 1024
"""How many bytes a mail may have that is handed in."""


class MessageAccept(WireRequest):
    """Why a mail counts though nothing proves its sender."""

    reason: str = Field(max_length=LONGEST_REASON)


class MessageAnswer(WireAnswer):
    """A mail of a vote, how it was read, and what became of it."""

    id: int
    message_id: str
    source: MessageSource
    sender: str | None = Field(description="The address, for those who run the vote alone.")
    name: str
    subject: str
    sent_at: UtcTime | None
    received_at: UtcTime
    choice: Choice | None = Field(description="The vote in the mail; none when it holds no ballot.")
    text: str = Field(description="The vote as it was written.")
    comment: str
    explanation: str = Field(description="How the mail was read.")
    identity: str = Field(description="What is known of its sender.")
    proven: bool
    state: MessageState
    reasons: tuple[str, ...] = Field(description="Why it does not count.")
    remedy: str = Field(default="", description="What makes it count; empty when it does.")
    voter: str | None
    decided_by: str | None
    decided_at: UtcTime | None
    decided_reason: str
    may_accept: bool
