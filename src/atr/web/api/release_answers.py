# SPDX-License-Identifier: Apache-2.0
"""From what services say about releases to what goes over the wire."""

from collections.abc import Iterable

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import Coordinate
from atr.domain.names import FilePath
from atr.domain.release import Release
from atr.domain.sbom import guess_format
from atr.domain.vote import Round, RoundState, Tally
from atr.ports.repositories.releases import RevisionSummary
from atr.schema.files import ArtifactAnswer, FileAnswer, SbomAnswer
from atr.schema.policies import VotePolicyAnswer
from atr.schema.releases import (
    AnnouncementSummary,
    BlockersAnswer,
    BlockingFinding,
    CountsAnswer,
    EvaluationSummary,
    NextStepAnswer,
    PhasesAnswer,
    ReleaseAnswer,
    ReleaseItem,
    StepAnswer,
    VoteSummary,
)
from atr.schema.revisions import RevisionItem
from atr.services.next_steps import NextStep
from atr.services.release_views import ArtifactView, BlockersView, ReleaseView, StepView
from atr.services.releases import ListedRelease


def describe_listed(listed: ListedRelease) -> ReleaseItem:
    """Return a release as an item of a list."""
    release, newest = listed.release, listed.newest_round
    return ReleaseItem(
        release=str(release.key),
        project=release.key.project,
        project_name=listed.project_name,
        product=release.key.product,
        version=release.key.version,
        stage=release.stage,
        phase=release.phase,
        phase_changed_at=release.phase_changed_at,
        created_at=release.created_at,
        created_by=release.created_by,
        newest_revision=release.newest_revision,
        vote=newest.state if newest else None,
    )


def describe_release(view: ReleaseView) -> ReleaseAnswer:
    """Return everything about a release."""
    release, key = view.release, view.release.key
    revision, announcement = view.facts.revision, view.facts.announcement
    return ReleaseAnswer(
        release=str(key),
        storage_key=key.storage_key,
        path=Coordinate.of(release.stage, key).url_path,
        project=key.project,
        project_name=view.project.name,
        podling=view.project.is_podling,
        product=key.product,
        product_name=view.line.name,
        version=key.version,
        stage=release.stage,
        phase=release.phase,
        phase_changed_at=release.phase_changed_at,
        created_at=release.created_at,
        created_by=release.created_by,
        package_managers=release.package_managers,
        newest_revision=release.newest_revision,
        sealed_revision=release.sealed_revision,
        shown_revision=release.shown_revision,
        manifest_digest=str(revision.manifest_digest) if revision else None,
        revisions=tuple(map(describe_summary, view.revisions)),
        artifacts=tuple(map(describe_artifact, view.artifacts)),
        loose_files=view.loose_files,
        sboms=list_sboms(view.artifacts, view.revision.files if view.revision else ()),
        evaluation=_describe_evaluation(view),
        policy=VotePolicyAnswer.of(view.policy.policy),
        policy_version=view.policy.version,
        votes=tuple(_describe_round(each, view.tally) for each in view.rounds),
        announcement=AnnouncementSummary.of(announcement) if announcement else None,
        steps=tuple(map(describe_step, view.steps)),
        next_step=describe_next(view.next_step),
        blockers=view.blockers,
        published_at=release.published_at,
        downloads_verified_at=release.downloads_verified_at,
        released_at=release.released_at,
        set_aside_reason=release.set_aside_reason,
        permitted=tuple(sorted(view.permitted)),
    )


def describe_phases(release: Release, steps: Iterable[StepView]) -> PhasesAnswer:
    """Return where a release is and which steps lead on."""
    return PhasesAnswer(phase=release.phase, stage=release.stage, steps=tuple(map(describe_step, steps)))


def describe_summary(summary: RevisionSummary) -> RevisionItem:
    """Return a revision without its files."""
    return RevisionItem(
        number=summary.number,
        manifest_digest=str(summary.manifest_digest),
        file_count=summary.file_count,
        total_size=summary.total_size,
        created_at=summary.created_at,
        created_by=summary.created_by,
        description=summary.description,
    )


def describe_artifact(view: ArtifactView) -> ArtifactAnswer:
    """Return an artifact with its companions."""

    def describe(path: FilePath) -> FileAnswer:
        return FileAnswer.describe(FileEntry(path, view.contents[path]))

    artifact = view.artifact
    return ArtifactAnswer(
        file=describe(artifact.file),
        signature=describe(artifact.signature) if artifact.signature else None,
        checksums=tuple(map(describe, artifact.checksums)),
        sboms=tuple(map(describe, artifact.sboms)),
    )


def list_sboms(artifacts: Iterable[ArtifactView], files: Iterable[FileEntry]) -> tuple[SbomAnswer, ...]:
    """Return the bills of materials among the files, each with what it describes."""
    described = {path: each.artifact.file for each in artifacts for path in each.artifact.sboms}
    found = ((entry, guess_format(entry.path)) for entry in files)
    return tuple(
        SbomAnswer(file=FileAnswer.describe(entry), format=kind, artifact=described.get(entry.path))
        for entry, kind in found
        if kind is not None
    )


def describe_step(view: StepView) -> StepAnswer:
    """Return a step with what keeps it closed."""
    return StepAnswer(
        to=view.transition.target,
        activity=view.transition.activity,
        roles=view.roles,
        permitted=view.permitted,
        reasons=view.reasons,
        open=view.is_open,
    )


def describe_next(step: NextStep) -> NextStepAnswer:
    """Return what comes next."""
    return NextStepAnswer(sentence=step.sentence, to=step.target, reasons=step.reasons, roles=step.roles)


def describe_blockers(view: BlockersView) -> BlockersAnswer:
    """Return what keeps a release from its next step."""
    verdict = view.facts.verdict
    return BlockersAnswer(
        phase=view.release.phase,
        blockers=view.next_step.reasons,
        next_step=describe_next(view.next_step),
        blocking=tuple(BlockingFinding.of(each.finding) for each in view.blocking),
        unacknowledged=tuple(BlockingFinding.of(each.finding) for each in view.unacknowledged),
        blocking_total=verdict.blocking,
        unacknowledged_total=verdict.unacknowledged,
    )


def _describe_evaluation(view: ReleaseView) -> EvaluationSummary | None:
    evaluation, verdict = view.facts.evaluation, view.facts.verdict
    if evaluation is None:
        return None
    return EvaluationSummary(
        revision=evaluation.revision,
        state=evaluation.state,
        done=evaluation.done,
        total=evaluation.total,
        counts=dict(view.counts),
        blocking=verdict.blocking,
        unacknowledged=verdict.unacknowledged,
        waived=verdict.waived,
        started_at=evaluation.started_at,
        finished_at=evaluation.finished_at,
    )


def _describe_round(vote: Round, newest: Tally | None) -> VoteSummary:
    """Return a round; one that is not over is counted as of now, and only the newest can be that."""
    tally = vote.tally or newest
    return VoteSummary(
        round=vote.number,
        kind=vote.kind,
        state=vote.state,
        passed=vote.state is RoundState.PASSED if vote.state.is_over else None,
        manifest_digest=str(vote.manifest_digest),
        summary=vote.summary,
        binding=CountsAnswer.of(tally.binding) if tally else None,
        community=CountsAnswer.of(tally.community) if tally else None,
        started_at=vote.opened_at,
        deadline_at=vote.deadline_at,
        ended_at=vote.closed_at,
    )
