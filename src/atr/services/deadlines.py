# SPDX-License-Identifier: Apache-2.0
"""What falls due: votes to resolve, uploads nobody finished, credentials whose time is over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from atr.ports.jobs import Deadline, DeadlineKind, Job, JobKind
from atr.services.door import Bookkeeping, Work
from atr.services.evaluations import renew_evaluations
from atr.services.mail_archives import look_into_archives, schedule_archives
from atr.services.reminders import remind_voters
from atr.services.retention import enforce_retention

REPLIES_ARE_KEPT = timedelta(days=1)
_CREDENTIALS_EVERY = timedelta(hours=1)
_RULES_EVERY = timedelta(hours=1)
_RETENTION_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CollectDue(Bookkeeping[int]):
    """Turn everything that is due into what has to be done; return how many there were."""

    def note(self, work: Work) -> int:
        """Handle each deadline in the transaction that removes its row."""
        due = work.unit.deadlines.list_due(work.now)
        for deadline in due:
            work.unit.deadlines.clear(deadline.kind, deadline.subject)
            _handle_due(work, deadline)
        return len(due)


def _handle_due(work: Work, deadline: Deadline) -> None:
    match deadline.kind:
        case DeadlineKind.VOTE:
            work.unit.jobs.enqueue(Job(JobKind.RESOLVE_ROUND, deadline.subject, lock=deadline.subject))
        case DeadlineKind.REMINDER:
            remind_voters(work, deadline.subject)
        case DeadlineKind.UPLOAD:
            work.around.spool.discard(deadline.subject)
            work.unit.uploads.delete(deadline.subject)
        case DeadlineKind.CREDENTIALS:
            work.unit.credentials.forget_expired(work.now)
            work.unit.replies.forget_older(work.now - REPLIES_ARE_KEPT)
            _schedule_credentials(work)
        case DeadlineKind.PERSONAL_DATA:
            enforce_retention(work)
            _schedule_retention(work)
        case DeadlineKind.ARCHIVES:
            look_into_archives(work)
        case DeadlineKind.RULES:
            renew_evaluations(work, _RULES_EVERY)
            _schedule_rules(work)
        case _:
            assert_never(deadline.kind)


@dataclass(frozen=True, slots=True)
class ScheduleUpkeep(Bookkeeping[None]):
    """Make sure that the deadlines which come back for ever are there."""

    def note(self, work: Work) -> None:
        """Set them; setting them again only moves them."""
        _schedule_credentials(work)
        _schedule_retention(work)
        _schedule_rules(work)
        schedule_archives(work)


def _schedule_credentials(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.CREDENTIALS, "all", work.now + _CREDENTIALS_EVERY))


def _schedule_retention(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.PERSONAL_DATA, "all", work.now + _RETENTION_EVERY))


def _schedule_rules(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.RULES, "all", work.now + _RULES_EVERY))
