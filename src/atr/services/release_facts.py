# SPDX-License-Identifier: Apache-2.0
"""What is known about a release at one moment, read once for guards, pages and answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.check import Acknowledgement, Evaluation, EvaluationState, Verdict, Waiver, judge
from atr.domain.lifecycle import Situation
from atr.domain.release import Release
from atr.domain.vote import Round, find_standing
from atr.ports.repositories.releases import RevisionSummary
from atr.services.door import Work


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A release with its shown revision and everything that has been decided about it."""

    release: Release
    revision: RevisionSummary | None
    evaluation: Evaluation | None
    acknowledgements: tuple[Acknowledgement, ...]
    waivers: tuple[Waiver, ...]
    verdict: Verdict
    rounds: tuple[Round, ...]
    announcement: Announcement | None

    @property
    def situation(self) -> Situation:
        """Return what the guards look at."""
        release, revision, evaluation = self.release, self.revision, self.evaluation
        sealed = revision.manifest_digest if revision and release.sealed_revision is not None else None
        return Situation(
            phase=release.phase,
            has_files=revision is not None and revision.file_count > 0,
            evaluation_finished=evaluation is not None and evaluation.state is EvaluationState.FINISHED,
            open_blockers=len(self.verdict.blocking),
            unacknowledged_concerns=len(self.verdict.unacknowledged),
            vote=find_standing(self.rounds, sealed),
            published=release.published_at is not None,
            unconfirmed_channels=release.package_managers,
            downloads_verified=release.downloads_verified_at is not None,
            announced=self.announcement is not None and self.announcement.state is AnnouncementState.SENT,
            was_released=release.released_at is not None,
        )


def gather_facts(work: Work, release: Release) -> ReleaseFacts:
    """Read everything about the release in a fixed number of queries."""
    unit, key, number = work.unit, release.key, release.shown_revision
    evaluation = unit.checks.find_evaluation(key, number)
    acknowledgements = unit.checks.list_acknowledgements(key, number)
    waivers = unit.checks.list_waivers(key.project)
    findings = evaluation.findings if evaluation else ()
    return ReleaseFacts(
        release=release,
        revision=unit.revisions.find_summary(key, number),
        evaluation=evaluation,
        acknowledgements=acknowledgements,
        waivers=waivers,
        verdict=judge(findings, acknowledgements, waivers, work.now),
        rounds=unit.votes.list_rounds(key),
        announcement=unit.announcements.find(key),
    )


def gather_many_facts(work: Work, releases: Iterable[Release]) -> tuple[ReleaseFacts, ...]:
    """Read everything about many releases in the same number of queries as about one.

    Of findings only those are read that can hold a step up.
    """
    wanted = tuple(releases)
    unit, keys = work.unit, [each.key for each in wanted]
    evaluations, decisions = unit.checks.find_evaluations(keys), unit.checks.list_decisions(keys)
    waivers = unit.checks.list_all_waivers({key.project for key in keys})
    summaries, rounds = unit.revisions.find_summaries(keys), unit.votes.list_many(keys)
    announcements = unit.announcements.find_many(keys)

    def gather(release: Release) -> ReleaseFacts:
        key, evaluation = release.key, evaluations.get(release.key)
        acknowledged, accepted = decisions.get(key, ()), waivers.get(key.project, ())
        return ReleaseFacts(
            release=release,
            revision=summaries.get(key),
            evaluation=evaluation,
            acknowledgements=acknowledged,
            waivers=accepted,
            verdict=judge(evaluation.findings if evaluation else (), acknowledged, accepted, work.now),
            rounds=rounds.get(key, ()),
            announcement=announcements.get(key),
        )

    return tuple(map(gather, wanted))
