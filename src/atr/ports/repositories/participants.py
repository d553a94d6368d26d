# SPDX-License-Identifier: Apache-2.0
"""Visitors who vote, what waits for their confirmation, and traces against abuse."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from atr.domain.names import ParticipantId, ReleaseKey
from atr.domain.privacy import Participant
from atr.domain.rate_limits import Counted
from atr.domain.visitor_ballot import Confirmation
from atr.ports.vault import Sealed


@dataclass(frozen=True, slots=True)
class Trace:
    """Something counted, as the keyed digest of what it was."""

    counted: Counted
    digest: str = field(repr=False)


class Participants(Protocol):
    """Visitors by round; a contact is only ever there sealed, and found by its keyed digest."""

    def add(self, participant: Participant, contact_hash: str, sealed: Sealed | None) -> Participant:
        """Add the visitor; return it with its number. Whoever calls holds the round."""

    def find(self, participant: ParticipantId) -> Participant | None:
        """Return the visitor, if there is one."""

    def find_by_contact(self, release: ReleaseKey, number: int, contact_hash: str) -> Participant | None:
        """Return the visitor of the round with this contact."""

    def find_many(self, ids: frozenset[ParticipantId]) -> dict[ParticipantId, Participant]:
        """Return those that are known, in one query."""

    def find_contact(self, participant: ParticipantId) -> Sealed | None:
        """Return the sealed contact; None once its key was destroyed."""

    def save(self, participant: Participant) -> None:
        """Replace name, remark, notice and the moments of confirmation and erasure."""

    def destroy_contact(self, participant: ParticipantId) -> None:
        """Destroy contact and key; what keeps one ballot a person stays until the retention ends it."""

    def destroy_contacts(self, ended_until: datetime) -> int:
        """Destroy what is left of contacts in rounds that ended by then; return how many there were."""

    def delete_unconfirmed(self, now: datetime) -> int:
        """Remove confirmations whose time is over, and visitors who never confirmed; return how many."""

    def list_rounds(self) -> tuple[tuple[ReleaseKey, int], ...]:
        """Return the rounds in which contacts of visitors are still kept."""

    def add_confirmation(self, confirmation: Confirmation) -> None:
        """Keep what waits for a click."""

    def find_confirmation(self, confirmation: str) -> Confirmation | None:
        """Return what waits for a click, used up or over included."""

    def use_confirmation(self, confirmation: str, now: datetime) -> bool:
        """Mark it as used; return False when it was used before."""

    def drop_confirmations(self, participant: ParticipantId) -> None:
        """Remove everything of the visitor's that waits for a click."""


class Attempts(Protocol):
    """Traces of requests, as keyed digests, to keep floods away."""

    def list_since(self, trace: Trace, since: datetime) -> tuple[datetime, ...]:
        """Return when the same was counted since then."""

    def add(self, trace: Trace, now: datetime) -> None:
        """Count once more."""

    def forget(self, until: datetime) -> int:
        """Remove older traces; return how many there were."""
