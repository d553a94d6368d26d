# SPDX-License-Identifier: Apache-2.0
"""Personal data of visitors who vote, and how long it is kept (voting.md, section 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ContactKind(StrEnum):
    """How a visitor proves to be one person."""

    MAIL = "mail"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class Participant:
    """A visitor who votes: a random id, a chosen name, and a contact nobody reads in passing."""

    id: str
    display_name: str
    contact_kind: ContactKind
    consented_notice: str
    created_at: datetime
    confirmed_at: datetime | None = None
    erased_at: datetime | None = None

    def shown_name(self, position: int) -> str:
        """Return the name to show; after erasure only the place in the list of voters is left."""
        return self.display_name if self.erased_at is None else f"withdrawn voter {position}"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of data is kept."""

    contact_after_result: timedelta = timedelta(days=30)
    confirmation_tokens: timedelta = timedelta(hours=24)
    rate_limit_hashes: timedelta = timedelta(days=7)
    abandoned_uploads: timedelta = timedelta(hours=24)
    orphaned_blobs: timedelta = timedelta(hours=24)


def is_contact_due(result_at: datetime, retention: Retention, now: datetime) -> bool:
    """Tell whether contact data of a vote that ended at `result_at` has to be destroyed."""
    return now >= result_at + retention.contact_after_result
