# SPDX-License-Identifier: Apache-2.0
"""Reconciling: asking again for every outside effect that the database says should be there.

Every job asks first whether its effect is there already, so asking once too often only costs time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from atr.domain.announcement import AnnouncementState
from atr.domain.check import EvaluationState
from atr.domain.errors import Refused
from atr.domain.lifecycle import Phase, Stage
from atr.domain.mail import MailState
from atr.domain.package import INSTALLABLE_PHASES
from atr.domain.release import Release
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.distribution_start import request_distribution
from atr.services.door import Bookkeeping, Work
from atr.services.evaluations import request_evaluation
from atr.services.packages import request_packages
from atr.services.publications import PreparePublication, find_published_stage
from atr.services.releases import list_all_releases
from atr.services.rounds import set_deadline

_MOST_ROUNDS = 100_000  # all that are open


@dataclass(frozen=True, slots=True)
class Reconcile(Bookkeeping[int]):
    """Enqueue what a crash, a restored backup or a failed job may have left undone."""

    def note(self, work: Work) -> int:
        """Return how many jobs were asked for."""
        for vote in work.unit.votes.list_open(_MOST_ROUNDS):
            set_deadline(work, vote)
        jobs = [
            *(job for project in work.unit.projects.list() for job in _list_key_jobs(project.key)),
            *(
                job
                for release in list_all_releases(work, ReleaseFilter())
                for job in _list_release_jobs(work, release)
            ),
        ]
        for job in jobs:
            work.unit.jobs.enqueue(job)
        return len(jobs)


def _list_key_jobs(project: str) -> tuple[Job, ...]:
    return (Job(JobKind.WRITE_KEYS, project, lock=f"keys {project}"),)


def _list_release_jobs(work: Work, release: Release) -> Iterator[Job]:
    name = release.key.storage_key
    _forget_publication(work, release)
    if find_published_stage(release) is not None:
        yield Job(JobKind.PUBLISH_RELEASE, name, lock=f"publish {release.key.project}")
    if release.stage is Stage.CANDIDATE and release.shown_revision:
        _renew_evaluation(work, release)
    if release.phase in INSTALLABLE_PHASES:
        yield request_packages(release.key, release.shown_revision)
    if release.phase is Phase.ANNOUNCE:
        announcement = work.unit.announcements.find(release.key)
        if announcement is not None and announcement.state is AnnouncementState.APPROVED:
            yield Job(JobKind.ANNOUNCE_RELEASE, name, lock=f"announce {name}")
    yield from map(request_distribution, work.unit.distributions.list(release.key))
    for mail in work.unit.mails.list(release.key):
        if mail.state is MailState.QUEUED:  # one that was refused waits for a person
            yield Job(JobKind.SEND_MAIL, mail.message_id, lock=f"mail {name}")


def _forget_publication(work: Work, release: Release) -> None:
    """Have the release published anew; one that may not be is left for its job to say why."""
    try:
        publication = PreparePublication(release.key).answer(work)
    except Refused:
        return
    if publication is not None:
        work.unit.ledger.forget(publication.effect)


def _renew_evaluation(work: Work, release: Release) -> None:
    number = release.shown_revision
    evaluation = work.unit.checks.find_evaluation(release.key, number)
    if evaluation is None or evaluation.state is not EvaluationState.FINISHED:
        request_evaluation(work, release.key, number)
