# SPDX-License-Identifier: Apache-2.0
"""Findings as people read them on the terminal."""

from collections.abc import Iterable
from itertools import groupby

import click

from atr.client.output import count_things, print_text
from atr.domain.check import Severity
from atr.schema.checks import ChecksAnswer, FindingAnswer

_COLOURS = {
    Severity.ERROR: "magenta",
    Severity.BLOCKER: "red",
    Severity.CONCERN: "yellow",
    Severity.SUGGESTION: "cyan",
    Severity.NOTE: None,
}


def print_findings(findings: Iterable[FindingAnswer]) -> None:
    """Print findings by severity and rule, each with the id by which it is acknowledged."""
    for (severity, rule), group in groupby(findings, key=lambda each: (each.severity, each.rule)):
        click.echo(f"{click.style(severity.upper(), fg=_COLOURS[severity], bold=True)} {rule}")
        for finding in group:
            print_text(f"  {finding.id}  {_place(finding)}: {finding.message}{_describe_decision(finding)}")


def summarize_checks(checks: ChecksAnswer) -> str:
    """Return how far the checks are, or what they came to, as a sentence."""
    if checks.state is None:
        return "There are no files to examine yet."
    if checks.state != "finished":
        progress = f"{checks.done} of {count_things(checks.total, 'file')}"
        return f"The checks of revision {checks.revision} are {checks.state}: {progress} examined."
    counts = [count_things(number, severity) for severity, number in checks.counts.items() if number]
    open_ones = [
        f"{number} {what}"
        for number, what in ((checks.blocking, "blocking"), (checks.unacknowledged, "to be acknowledged"))
        if number
    ]
    found = f"Revision {checks.revision}: {', '.join(counts) or 'nothing found'}"
    return f"{found}; {', '.join(open_ones) or 'nothing in the way'}."


def _place(finding: FindingAnswer) -> str:
    return finding.artifact if finding.member is None else f"{finding.artifact}!{finding.member}"


def _describe_decision(finding: FindingAnswer) -> str:
    if finding.waiver is not None:
        return f" (waived: {finding.waiver})"
    decision = finding.acknowledged
    return f" (acknowledged by {decision.by}: {decision.reason})" if decision else ""
