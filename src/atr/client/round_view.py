# SPDX-License-Identifier: Apache-2.0
"""A round of voting as people read it on the terminal."""

from collections.abc import Iterator

import click

from atr.client.output import make_printable, print_facts, print_table, show_time
from atr.schema.releases import CountsAnswer
from atr.schema.votes import BallotAnswer, RoundAnswer, VotePreviewAnswer


def print_round(vote: RoundAnswer) -> None:
    """Print the count, what is missing, and every ballot."""
    print_facts(_list_facts(vote))
    click.echo(make_printable(vote.outlook))
    for sentence in vote.tally.unmet:
        click.echo(f"- {make_printable(sentence)}")
    for taken in vote.withdrawn:
        said = f"{taken.name} took {taken.text} back on {show_time(taken.withdrawn_at)}"
        click.echo(f"- {make_printable(said)}")
    for refused in vote.refused:
        said = f"{refused.voter} tried {refused.text}, refused: {' '.join(refused.reasons)}"
        click.echo(f"- {make_printable(said)}")
    if vote.checklist and vote.closed_at is None:
        click.echo("\nBefore voting, by number for --done:")
    for item in vote.checklist if vote.closed_at is None else ():
        click.echo(f"{item.number:3} {make_printable(' '.join(item.text.split()))}")
    if vote.ballots:
        click.echo()
        rows = (
            (
                each.text,
                _say_standing(each),
                each.name,
                show_time(each.cast_at),
                ", ".join(each.evidence),
                each.comment,
            )
            for each in vote.ballots
        )
        print_table(("vote", "", "who", "when", "did", "comment"), rows, "")


def print_preview(preview: VotePreviewAnswer) -> None:
    """Print what starting a vote would bring about, and what speaks against it."""
    for sentence in preview.reasons:
        click.echo(f"- {make_printable(sentence)}")
    print_facts(
        (
            ("voted on", preview.manifest_digest),
            ("asked", preview.voting_body),
            ("binding", preview.roster),
            ("open until", preview.deadline_at),
            ("passes with", f"{preview.policy.min_binding} binding +1 and more +1 than -1"),
            ("mail to", tuple(preview.policy.mail_to)),
            ("subject", preview.letter.subject if preview.letter else None),
        )
    )
    if preview.letter:
        click.echo("\n" + "\n".join(map(make_printable, preview.letter.body.splitlines())))


def _say_standing(ballot: BallotAnswer) -> str:
    if ballot.left:
        return "left the PMC"
    return "binding" if ballot.binding else ""


def describe_counts(counts: CountsAnswer) -> str:
    """Return how many said what."""
    return f"{counts.in_favour} +1, {counts.abstained} 0, {counts.against} -1"


def _list_facts(vote: RoundAnswer) -> Iterator[tuple[str, object]]:
    yield "round", f"{vote.round} ({vote.kind}) of {vote.release}, revision {vote.revision}"
    yield "state", f"{vote.state}{' (overdue)' if vote.tally.overdue else ''}"
    yield "voted on", vote.manifest_digest
    yield "asked", vote.voting_body
    yield "open since", f"{show_time(vote.opened_at)} by {vote.opened_by}"
    yield "open until", vote.deadline_at
    yield "closed", f"{show_time(vote.closed_at)} by {vote.closed_by}" if vote.closed_at else None
    yield "binding", describe_counts(vote.tally.binding)
    yield "community", describe_counts(vote.tally.community)
    yield "result", vote.summary
    yield "not voted yet", vote.silent
    yield "policy", vote.policy_version
    yield "roster", vote.roster_hash
    yield "ballots root", vote.ballots_root
