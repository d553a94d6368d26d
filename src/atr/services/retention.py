# SPDX-License-Identifier: Apache-2.0
"""The end of what is kept for a time only: contacts, unconfirmed ballots, traces against abuse."""

from atr.domain.event import Event, EventDetail, Subject
from atr.domain.people import ActorKind
from atr.services.door import Work


def enforce_retention(work: Work) -> None:
    """Remove everything whose time is over; whatever was removed is told by one event, in numbers."""
    kept, unit = work.around.foundation.retention, work.unit
    removed: dict[str, EventDetail] = {
        "unconfirmed": unit.participants.delete_unconfirmed(work.now),
        "contacts": unit.participants.destroy_contacts(work.now - kept.contact_after_result),
        "mails": unit.vote_messages.forget_contacts(work.now - kept.contact_after_result),
        "stray_mails": unit.stray_mails.forget(work.now - kept.stray_mails),
        "traces": unit.attempts.forget(work.now - kept.rate_limit_hashes),
    }
    if any(removed.values()):
        service = str(ActorKind.SERVICE)
        subject = Subject("foundation", "personal data")
        unit.events.append(
            Event(work.now, service, None, "retention", "personal_data.removed", subject, removed)
        )
