# SPDX-License-Identifier: Apache-2.0
"""The announcement of a release: a draft until the public downloads answer with the voted bytes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.names import MailAddress, ReleaseKey


class AnnouncementState(StrEnum):
    """How far an announcement is."""

    DRAFT = "draft"
    APPROVED = "approved"  # somebody pressed the button; ATR checks the downloads, then sends
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said about a release, to whom, and who approved it; `last_problem` is why it waits."""

    release: ReleaseKey
    to: tuple[MailAddress, ...]
    subject: str
    body: str
    state: AnnouncementState = AnnouncementState.DRAFT
    approved_by: str | None = None
    approved_at: datetime | None = None
    sent_at: datetime | None = None
    last_problem: str | None = None
    edition: int = 1
