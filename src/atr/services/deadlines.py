# SPDX-License-Identifier: Apache-2.0
"""What falls due: votes to resolve, uploads nobody finished, credentials whose time is over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from atr.ports.jobs import Deadline, DeadlineKind, Job, JobKind
from atr.services.distribution_start import take_up_distribution
from atr.services.door import Bookkeeping, Work
from atr.services.drift import look_for_drift
from atr.services.evaluations import renew_evaluations
from atr.services.mail_archives import look_into_archives, schedule_archives
from atr.services.reminders import remind_voters
from atr.services.retention import enforce_retention

REPLIES_ARE_KEPT = timedelta(days=1)
_CREDENTIALS_EVERY = timedelta(hours=1)
_RULES_EVERY = timedelta(hours=1)
_DRIFT_EVERY = timedelta(hours=1)  # each distribution has its turn once a day
_RETENTION_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CollectDue(Bookkeeping[int]):
    """Turn everything that is due into what has to be done; return how many there were."""

    def note(self, work: Work) -> int:
        """Handle each deadline in the transaction that removes its row."""
        due = work.unit.deadlines.list_due(work.now)
        for deadline in due:
            work.unit.deadlines.clear(deadline.kind, deadline.subject)
            _HANDLERS[deadline.kind](work, deadline.subject)
        return len(due)


def _resolve_round(work: Work, subject: str) -> None:
    work.unit.jobs.enqueue(Job(JobKind.RESOLVE_ROUND, subject, lock=subject))


def _discard_upload(work: Work, subject: str) -> None:
    work.around.spool.discard(subject)
    work.unit.uploads.delete(subject)


def _forget_credentials(work: Work, _subject: str) -> None:
    work.unit.credentials.forget_expired(work.now)
    work.unit.replies.forget_older(work.now - REPLIES_ARE_KEPT)
    _schedule_credentials(work)


def _enforce_retention(work: Work, _subject: str) -> None:
    enforce_retention(work)
    _schedule_retention(work)


def _look_for_drift(work: Work, _subject: str) -> None:
    look_for_drift(work)
    _schedule_drift(work)


def _look_into_archives(work: Work, _subject: str) -> None:
    look_into_archives(work)


def _renew_evaluations(work: Work, _subject: str) -> None:
    renew_evaluations(work, _RULES_EVERY)
    _schedule_rules(work)


_HANDLERS: Mapping[DeadlineKind, Callable[[Work, str], object]] = MappingProxyType(
    {
        DeadlineKind.VOTE: _resolve_round,
        DeadlineKind.REMINDER: remind_voters,
        DeadlineKind.UPLOAD: _discard_upload,
        DeadlineKind.CREDENTIALS: _forget_credentials,
        DeadlineKind.PERSONAL_DATA: _enforce_retention,
        DeadlineKind.DISTRIBUTION: take_up_distribution,
        DeadlineKind.DRIFT: _look_for_drift,
        DeadlineKind.ARCHIVES: _look_into_archives,
        DeadlineKind.RULES: _renew_evaluations,
    }
)


@dataclass(frozen=True, slots=True)
class ScheduleUpkeep(Bookkeeping[None]):
    """Make sure that the deadlines which come back for ever are there."""

    def note(self, work: Work) -> None:
        """Set them; setting them again only moves them."""
        _schedule_credentials(work)
        _schedule_retention(work)
        _schedule_rules(work)
        schedule_archives(work)
        _schedule_drift(work)


def _schedule_credentials(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.CREDENTIALS, "all", work.now + _CREDENTIALS_EVERY))


def _schedule_retention(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.PERSONAL_DATA, "all", work.now + _RETENTION_EVERY))


def _schedule_drift(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.DRIFT, "all", work.now + _DRIFT_EVERY))


def _schedule_rules(work: Work) -> None:
    work.unit.deadlines.set(Deadline(DeadlineKind.RULES, "all", work.now + _RULES_EVERY))
