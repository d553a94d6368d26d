# SPDX-License-Identifier: Apache-2.0
"""A release as people read it on the terminal."""

from collections.abc import Iterator

import click

from atr.client.output import (
    count_things,
    print_facts,
    print_heading,
    print_table,
    show_size,
    show_time,
)
from atr.domain.names import MAIN
from atr.schema.releases import EvaluationSummary, NextStepAnswer, ReleaseAnswer, VoteSummary


def print_release(release: ReleaseAnswer) -> None:
    """Print everything about a release that somebody deciding about it wants to know."""
    print_facts(_list_facts(release))
    if release.blockers:
        print_heading("What blocks it")
        for sentence in release.blockers:
            click.echo(f"- {sentence}")
    if release.artifacts or release.loose_files:
        print_heading(f"Files of revision {release.shown_revision}")
        print_table(("file", "size", "signed", "checksums", "sboms"), _list_files(release), "")


def describe_next_step(step: NextStepAnswer) -> str:
    """Return the next step as a line."""
    return f"Next: {step.sentence}"


def describe_evaluation(evaluation: EvaluationSummary) -> str:
    """Return how far the checks are, and what they came to."""
    if evaluation.state != "finished":
        return f"{evaluation.state}, {evaluation.done} of {count_things(evaluation.total, 'file')} examined"
    counts = [count_things(number, severity) for severity, number in evaluation.counts.items() if number]
    waived = [f"{evaluation.waived} waived"] if evaluation.waived else []
    return ", ".join((*counts, *waived)) or "nothing found"


def describe_vote(vote: VoteSummary) -> str:
    """Return how a round stands as a line."""
    until = (
        f", open until {show_time(vote.deadline_at)}" if vote.deadline_at and vote.ended_at is None else ""
    )
    return f"round {vote.round} ({vote.kind}) {vote.state}{until}. {vote.summary}".rstrip()


def _list_facts(release: ReleaseAnswer) -> Iterator[tuple[str, object]]:
    line = () if release.product == MAIN else (release.product_name,)
    title = " ".join((release.project_name, *line, release.version))
    yield "release", f"{title} ({release.release})"
    yield "phase", f"{release.phase} ({release.stage}) since {show_time(release.phase_changed_at)}"
    yield "begun", f"{show_time(release.created_at)} by {release.created_by}"
    if release.shown_revision:
        sealed = "sealed" if release.sealed_revision is not None else "newest"
        yield "revision", f"{release.shown_revision} ({sealed})"
    yield "manifest", release.manifest_digest
    yield "must reach", release.package_managers
    if release.evaluation is not None:
        yield "checks", describe_evaluation(release.evaluation)
    for vote in release.votes:
        yield "vote", describe_vote(vote)
    if release.announcement is not None:
        yield "announcement", f"{release.announcement.state}: {release.announcement.subject}"
        yield "problem", release.announcement.last_problem
    yield "published", release.published_at
    yield "downloads verified", release.downloads_verified_at
    yield "released", release.released_at
    yield "set aside", release.set_aside_reason
    yield "public path", release.path
    yield "next", release.next_step.sentence
    yield "you may", release.permitted


def _list_files(release: ReleaseAnswer) -> Iterator[tuple[object, ...]]:
    for each in release.artifacts:
        signed = each.signature is not None
        yield each.file.path, show_size(each.file.size), signed, len(each.checksums), len(each.sboms)
    for path in release.loose_files:
        yield path, None, None, None, None
