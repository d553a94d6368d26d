# SPDX-License-Identifier: Apache-2.0
"""Visitors who vote, on the wire."""

from typing import Literal

from pydantic import Field

from atr.domain.privacy import LONGEST_NAME, ContactKind
from atr.domain.vote import LONGEST_COMMENT, MOST_EVIDENCE
from atr.schema.events import EventAnswer
from atr.schema.releases import LONGEST_REASON
from atr.schema.votes import BallotVersion
from atr.schema.wire import UtcTime, WireAnswer, WireRequest


class NoticeAnswer(WireAnswer):
    """What a visitor is told before giving anything: five lines, and the name of these words."""

    version: str
    lines: tuple[str, ...]


class DataUseAnswer(WireAnswer):
    """What is kept for the same purpose and time, as `TABLE.COLUMN`."""

    category: str
    purpose: str
    kept: str
    columns: tuple[str, ...]


class PrivacyAnswer(WireAnswer):
    """What is kept about people, why, and how long."""

    version: str
    notice: NoticeAnswer
    uses: tuple[DataUseAnswer, ...]


class VisitorBallotCreate(WireRequest):
    """A ballot without an account; it counts once the link in a mail was followed."""

    display_name: str = Field(max_length=4 * LONGEST_NAME, description="Shown to everybody; any will do.")
    contact: str = Field(max_length=254, description="A mail address; it is encrypted, and erased later.")
    choice: str = Field(max_length=20, description="`+1`, `0` or `-1`; anything like `+0.5` is an opinion.")
    manifest_digest: str = Field(max_length=200, description="The bytes that were looked at, `sha512:hex`.")
    comment: str = Field(default="", max_length=LONGEST_COMMENT)
    done: tuple[str, ...] = Field(
        default=(),
        max_length=MOST_EVIDENCE,
        description="What was done before voting: names of evidence such as `built` or `checklist.2`.",
    )
    notice: str = Field(max_length=64, description="The `version` of the notice that is agreed to.")
    via: Literal["api", "command line"] = "api"


class VisitorAskedAnswer(WireAnswer):
    """What happens next; the same whoever the address belongs to."""

    detail: str


class ConfirmedBallotAnswer(WireAnswer):
    """A ballot that counts, and the link to everything that is kept."""

    participant: str
    ballot: BallotVersion
    self_service: str


class NameCorrection(WireRequest):
    """Another name to show."""

    display_name: str = Field(max_length=4 * LONGEST_NAME)


class ParticipantAnswer(WireAnswer):
    """Everything that is kept about a visitor in one vote; `contact` is null once it was destroyed."""

    participant: str
    release: str
    round: int
    number: int
    display_name: str
    comment: str
    contact_kind: ContactKind
    contact: str | None
    consented_notice: str
    created_at: UtcTime
    confirmed_at: UtcTime | None
    erased_at: UtcTime | None
    ballots: tuple[BallotVersion, ...]
    events: tuple[EventAnswer, ...]
    withdraw_reasons: tuple[str, ...]


class ContactReveal(WireRequest):
    """Why a contact is opened; the visitor can read it."""

    reason: str = Field(max_length=LONGEST_REASON)


class ContactAnswer(WireAnswer):
    """An opened contact."""

    participant: str
    contact: str


class VisitAnswer(WireAnswer):
    """A vote in which you took part as a visitor, and where its data are seen, corrected and erased."""

    participant: str
    release: str
    round: int
    display_name: str
    erased_at: UtcTime | None
    self_service: str
