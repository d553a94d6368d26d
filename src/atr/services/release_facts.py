# SPDX-License-Identifier: Apache-2.0
"""What is known about a release at one moment, read once for guards, pages and answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.check import Evaluation, EvaluationState, Waiver
from atr.domain.lifecycle import Situation
from atr.domain.names import ReleaseKey
from atr.domain.release import Release
from atr.domain.verdict import FindingTally, Verdict, find_uncertain, judge
from atr.domain.vote import Round, find_standing
from atr.ports.repositories.releases import RevisionSummary
from atr.services.channel_facts import NO_CHANNELS, ChannelFacts, gather_channel_facts
from atr.services.door import Work
from atr.services.file_matching import explain_undeliverable
from atr.services.waivers_in_force import list_waivers_in_force

_NO_TALLIES: tuple[FindingTally, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A release with its shown revision and everything that has been decided about it.

    `waivers` are all of the project, `in_force` those that hold for this version at this moment.
    """

    release: Release
    revision: RevisionSummary | None
    evaluation: Evaluation | None
    waivers: tuple[Waiver, ...]
    in_force: tuple[Waiver, ...]
    verdict: Verdict
    rounds: tuple[Round, ...]
    announcement: Announcement | None
    channels: ChannelFacts = NO_CHANNELS
    undeliverable: tuple[str, ...] = ()

    @property
    def situation(self) -> Situation:
        """Return what the guards look at."""
        release, revision, evaluation = self.release, self.revision, self.evaluation
        sealed = revision.manifest_digest if revision and release.sealed_revision is not None else None
        return Situation(
            phase=release.phase,
            has_files=revision is not None and revision.file_count > 0,
            evaluation_finished=evaluation is not None and evaluation.state is EvaluationState.FINISHED,
            open_blockers=self.verdict.blocking,
            unacknowledged_concerns=self.verdict.unacknowledged,
            undeliverable=self.undeliverable,
            vote=find_standing(self.rounds, sealed),
            published=release.published_at is not None,
            staging_channels=self.channels.staging,
            unverified_channels=self.channels.unverified,
            unconfirmed_channels=self.channels.unconfirmed,
            downloads_verified=release.downloads_verified_at is not None,
            announced=self.announcement is not None and self.announcement.state is AnnouncementState.SENT,
            was_released=release.released_at is not None,
        )


def gather_facts(work: Work, release: Release) -> ReleaseFacts:
    """Read everything about the release in a fixed number of queries; findings are only counted."""
    revision = work.unit.revisions.find_summary(release.key, release.shown_revision)
    return gather_shown_facts(work, release, revision)


def gather_shown_facts(work: Work, release: Release, revision: RevisionSummary | None) -> ReleaseFacts:
    """Read everything about the release whose shown revision is known already."""
    unit, key, number = work.unit, release.key, release.shown_revision
    waivers = unit.decisions.list_all_waivers((key.project,))
    in_force = list_waivers_in_force(work, (release,), waivers)
    return ReleaseFacts(
        release=release,
        revision=revision,
        evaluation=unit.checks.find_evaluation(key, number),
        waivers=waivers.get(key.project, ()),
        in_force=in_force[key],
        verdict=judge_releases(work, in_force)[key],
        rounds=unit.votes.list_rounds(key),
        announcement=unit.announcements.find(key),
        channels=gather_channel_facts(work, {release: revision})[key],
        undeliverable=explain_undeliverable(work, release),
    )


def gather_many_facts(work: Work, releases: Iterable[Release]) -> tuple[ReleaseFacts, ...]:
    """Read everything about many releases in the same number of queries as about one.

    Those about to be voted on that have to reach channels take three more, as their files are looked through.
    """
    wanted = tuple(releases)
    unit, keys = work.unit, [each.key for each in wanted]
    evaluations = unit.checks.find_evaluations(keys)
    waivers = unit.decisions.list_all_waivers({key.project for key in keys})
    in_force = list_waivers_in_force(work, wanted, waivers)
    verdicts = judge_releases(work, in_force)
    summaries, rounds = unit.revisions.find_summaries(keys), unit.votes.list_many(keys)
    announcements = unit.announcements.find_many(keys)
    channels = gather_channel_facts(work, {each: summaries.get(each.key) for each in wanted})
    return tuple(
        ReleaseFacts(
            release=each,
            revision=summaries.get(each.key),
            evaluation=evaluations.get(each.key),
            waivers=waivers.get(each.key.project, ()),
            in_force=in_force[each.key],
            verdict=verdicts[each.key],
            rounds=rounds.get(each.key, ()),
            announcement=announcements.get(each.key),
            channels=channels[each.key],
            undeliverable=explain_undeliverable(work, each),
        )
        for each in wanted
    )


def judge_releases(work: Work, waivers: Mapping[ReleaseKey, tuple[Waiver, ...]]) -> dict[ReleaseKey, Verdict]:
    """Return what the findings of the shown revisions come to under these waivers.

    Findings are read one by one only where a waiver accepts some of a rule; otherwise counts say all.
    """
    tallies = work.unit.findings.tally(waivers)
    uncertain = {key: find_uncertain(tallies.get(key, ()), in_force) for key, in_force in waivers.items()}
    keys, rules = [key for key in uncertain if uncertain[key]], frozenset().union(*uncertain.values())
    placed = work.unit.findings.list_placed(keys, rules) if rules else {}
    return {
        key: judge(tallies.get(key, _NO_TALLIES), placed.get(key, ()), in_force)
        for key, in_force in waivers.items()
    }
