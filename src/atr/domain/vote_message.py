# SPDX-License-Identifier: Apache-2.0
"""Mails that come in for a vote: how each was read, what became of it, and why."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.names import MailAddress, ReleaseKey, Version, Voter
from atr.domain.vote import Choice

_NUMBERED = re.compile(r"(?<![\w.@-])v?\d+(?:\.\d+)+(?:[-.+]?[A-Za-z0-9]+)*")
_DIGEST = re.compile(r"\bsha512:[0-9a-f]{128}\b")
_PREFIXES = re.compile(r"^(?:\s*(?:re|fwd?|aw|sv|antw|tr|wg)\s*(?:\[\d+\])?\s*[:\uff1a])+", re.IGNORECASE)
_LIST_TAG = re.compile(r"^\s*\[(?!vote\])[^\]]{1,60}\]\s*(?=\S)", re.IGNORECASE)


class MessageState(StrEnum):
    """What became of a mail."""

    RECEIVED = "received"
    COUNTED = "counted"
    UNCONFIRMED = "unconfirmed"
    REJECTED = "rejected"
    NO_BALLOT = "no ballot"


class MessageSource(StrEnum):
    """By which way a mail came in."""

    LISTENER = "listener"
    IMPORT = "import"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class VoteMessage:
    """A mail of a vote's thread; `choice` and `text` are empty when it holds no ballot.

    `explanation` says how it was read, `identity` who sent it, `reasons` why it is not counted.
    """

    release: ReleaseKey
    round: int
    message_id: str
    source: MessageSource
    sender: MailAddress | None
    sender_name: str
    subject: str
    sent_at: datetime | None
    received_at: datetime
    choice: Choice | None
    text: str
    comment: str
    explanation: str
    is_proven: bool
    identity: str
    state: MessageState
    reasons: tuple[str, ...] = ()
    id: int = 0
    voter: Voter | None = None
    asked_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_reason: str = ""

    @property
    def written_at(self) -> datetime:
        """Return when it was written: what the mail says, but never after it came in."""
        return min(self.sent_at or self.received_at, self.received_at)


_REMEDIES = {
    MessageState.RECEIVED: "It is being looked at.",
    MessageState.COUNTED: "",
    MessageState.UNCONFIRMED: "The sender votes on the page of the vote, or the release manager counts it "
    "for a reason.",
    MessageState.REJECTED: "The sender votes again, on the page of the vote or by another mail.",
    MessageState.NO_BALLOT: "If it was meant as a vote: answer again, with +1, 0 or -1 at the beginning "
    "of a line.",
}
_ASKED = "The sender follows the link that was sent, or the release manager counts it for a reason."


def explain_remedy(message: VoteMessage) -> str:
    """Say what makes the mail count; nothing when it does."""
    if message.state is MessageState.UNCONFIRMED and message.asked_at is not None:
        return _ASKED
    return _REMEDIES[message.state]


@dataclass(frozen=True, slots=True)
class StrayMail:
    """A mail that looks like a vote and answers none; `text` is the vote in it, if there is one."""

    message_id: str
    source: MessageSource
    subject: str
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ArchivedMail:
    """A mail as the archive of a list names it; the message id may be missing."""

    name: str
    message_id: str
    subject: str


def make_storable(text: str) -> str:
    """Return the text without what no database takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def looks_like_vote(subject: str) -> bool:
    """Tell whether the subject is one of a vote's thread."""
    return "[vote]" in subject.casefold()


def simplify_subject(subject: str) -> str:
    """Return the subject without marks of answering and names of lists, in lower case."""
    known = None
    while known != subject:
        known = subject
        subject = _LIST_TAG.sub("", _PREFIXES.sub("", subject))
    return " ".join(subject.split()).casefold()


def names_other_release(subject: str, version: Version) -> bool:
    """Tell whether the subject has a version and it is not this one: people answer in the wrong thread."""
    if re.search(rf"(?<![\w.-])v?{re.escape(version)}(?![\w-]|\.\w)", subject, re.IGNORECASE):
        return False
    return _NUMBERED.search(subject) is not None


def find_digests(text: str) -> tuple[str, ...]:
    """Return the manifest digests that the author wrote down."""
    return tuple(_DIGEST.findall(text))
