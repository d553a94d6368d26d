# SPDX-License-Identifier: Apache-2.0
"""What a column that holds something about people declares: of which kind it is, what for, and how long."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from atr.domain.privacy import Retention, say_period


class DataCategory(StrEnum):
    """The kinds of personal data; the words stand on the privacy page."""

    IDENTITY = "who you are"
    CONTACT = "how to reach you"
    OPINION = "what you decide and say"
    CREDENTIAL = "proof that it is you"
    TRACE = "traces against abuse"


class Kept(StrEnum):
    """What decides how long a column is kept."""

    FOR_EVER = "for ever"
    WITH_ACCOUNT = "with account"
    UNTIL_ENDED = "until ended"
    SESSION = "session"
    UNTIL_ERASED = "until erased"
    CONTACT = "contact"
    CONFIRMATION = "confirmation"
    RATE_LIMIT = "rate limit"
    UPLOAD = "upload"
    REPLY = "reply"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Personal:
    """The declaration of one column."""

    category: DataCategory
    purpose: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A column that holds personal data, with its declaration."""

    table: str
    column: str
    personal: Personal


@dataclass(frozen=True, slots=True)
class Periods:
    """The settings that decide how long things are kept."""

    retention: Retention
    replies: timedelta
    session_idle: timedelta
    session_absolute: timedelta


def say_retention(kept: Kept, periods: Periods) -> str:
    """Return how long something is kept, from the very settings that the upkeep obeys."""
    retention = periods.retention
    idle, absolute = say_period(periods.session_idle), say_period(periods.session_absolute)
    contact = f"{say_period(retention.contact_after_result)} after the result, or until you erase it"
    sentences = {
        Kept.FOR_EVER: "for ever, as part of the public record",
        Kept.WITH_ACCOUNT: "as long as the account",
        Kept.UNTIL_ENDED: "until it is used, ended or over",
        Kept.SESSION: f"until you sign out, at most {absolute}; it is void after {idle} without use",
        Kept.UNTIL_ERASED: "until you erase it",
        Kept.CONTACT: contact,
        Kept.CONFIRMATION: say_period(retention.confirmation_tokens),
        Kept.RATE_LIMIT: say_period(retention.rate_limit_hashes),
        Kept.UPLOAD: say_period(retention.abandoned_uploads),
        Kept.REPLY: say_period(periods.replies),
        Kept.STRAY: say_period(retention.stray_mails),
    }
    return sentences[kept]
