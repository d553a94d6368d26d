# SPDX-License-Identifier: Apache-2.0
"""The names of voters and of those who act: people, and visitors as far as they are shown."""

from collections.abc import Iterable, Mapping

from atr.domain.names import ParticipantId, UserId
from atr.domain.privacy import Participant
from atr.services.door import Work


def find_visitors(work: Work, labels: Iterable[str]) -> Mapping[ParticipantId, Participant]:
    """Return the visitors among those who are named by these labels."""
    ids = frozenset(ParticipantId(label) for label in labels if ":" in label)
    return work.unit.participants.find_many(ids)


def find_voter_names(work: Work, labels: Iterable[str]) -> dict[str, str]:
    """Return names by label, in two queries at most; of erased visitors only their number is left."""
    known = frozenset(labels)
    users = frozenset(UserId(label) for label in known if ":" not in label)
    names = {str(user): name for user, name in work.unit.people.find_names(users).items()}
    visitors = find_visitors(work, known)
    return names | {str(each.id): each.shown_name or "unconfirmed visitor" for each in visitors.values()}


def hide_visitor(visitor: Participant) -> str:
    """Return how a visitor is called in mail: archives of lists are public and forget nothing."""
    return f"visitor {visitor.number}"
