# SPDX-License-Identifier: Apache-2.0
"""Findings as people read them on the terminal: by rule, the worst first, counted, with what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import click

from atr.client.output import count_things, make_printable
from atr.domain.check import Severity
from atr.schema.checks import ChecksAnswer, FindingAnswer, RuleGroup

MOST_SHOWN = 10
_COLOURS = {
    Severity.ERROR: "magenta",
    Severity.BLOCKER: "red",
    Severity.CONCERN: "yellow",
    Severity.SUGGESTION: "cyan",
    Severity.NOTE: None,
}


@dataclass(frozen=True, slots=True)
class ShownRule:
    """All findings of one rule and severity: `lines` has the first of `total`."""

    rule: str
    severity: Severity
    title: str
    fix: str
    total: int
    lines: tuple[str, ...]
    decided: str = ""


def print_rules(groups: Iterable[ShownRule], more: Callable[[ShownRule], str]) -> None:
    """Print each rule with its findings; `more` says where those are that are not shown."""
    for group in groups:
        head = click.style(group.severity.upper(), fg=_COLOURS[group.severity], bold=True)
        counted = f" ({group.total}{group.decided})" if group.total > 1 or group.decided else ""
        click.echo(f"{head} {make_printable(group.title)}  [{group.rule}]{counted}")
        for line in group.lines:
            click.echo(f"  {make_printable(line)}")
        if group.total > len(group.lines):
            click.echo(f"  and {group.total - len(group.lines)} more, which {more(group)} shows")
        if group.fix:
            click.echo(click.style(f"  To do: {make_printable(group.fix)}", dim=True))
        click.echo()


def place_message(artifact: str, message: str) -> str:
    """Return the message, after the artifact unless that is named in it."""
    return message if not artifact or artifact in message else f"{artifact}: {message}"


def show_groups(checks: ChecksAnswer) -> tuple[ShownRule, ...]:
    """Return what a server found, rule by rule."""
    lines: dict[tuple[Severity, str], list[str]] = {}
    for finding in checks.findings:
        lines.setdefault((finding.severity, finding.rule), []).append(_show_finding(finding))
    return tuple(_show_group(each, lines.get((each.severity, each.rule), [])) for each in checks.groups)


def summarize_checks(checks: ChecksAnswer) -> str:
    """Return how far the checks are, or what they came to, as a sentence."""
    if checks.state is None:
        return "There are no files to examine yet."
    if checks.state != "finished":
        progress = f"{checks.done} of {count_things(checks.total, 'file')}"
        return f"The checks of revision {checks.revision} are {checks.state}: {progress} examined."
    open_ones = [
        f"{number} {what}"
        for number, what in ((checks.blocking, "blocking"), (checks.unacknowledged, "to be acknowledged"))
        if number
    ]
    found = f"Revision {checks.revision}: {summarize_counts(checks.counts)}"
    return f"{found}; {', '.join(open_ones) or 'nothing in the way'}."


def explain_basis(checks: ChecksAnswer) -> str:
    """Return what a finished examination went by, as a sentence; nothing when that is not known."""
    basis = checks.basis
    if checks.state != "finished" or basis.rules is None:
        return ""
    used = f"Examined under version {basis.policy} of the check policy, with the rules {basis.rules}"
    if basis.current:
        return f"{used}."
    return f"{used}; version {basis.policy_now} and the rules {basis.rules_now} hold now."


def summarize_counts(counts: dict[str, int]) -> str:
    """Return how many findings there are of each severity that has some."""
    return ", ".join(count_things(number, severity) for severity, number in counts.items() if number) or (
        "nothing found"
    )


def _show_group(group: RuleGroup, lines: list[str]) -> ShownRule:
    marks = ((group.waived, "waived"), (group.acknowledged, "acknowledged"))
    decided = "".join(f", {number} {word}" for number, word in marks if number)
    named = (group.rule, group.severity, group.title, group.fix)
    return ShownRule(*named, group.total, tuple(lines), decided)


def _show_finding(finding: FindingAnswer) -> str:
    place = finding.artifact if finding.member is None else f"{finding.artifact}!{finding.member}"
    return f"{finding.id}  {place}: {finding.message}{_describe_decision(finding)}"


def _describe_decision(finding: FindingAnswer) -> str:
    used, decision = finding.waived, finding.acknowledged
    if used is not None:
        people = used.by if used.confirmed_by is None else f"{used.by} and {used.confirmed_by}"
        return f" (waived: {used.id}, by {people}: {used.reason})"
    if decision is None:
        return ""
    earlier = f" on revision {decision.carried_from}" if decision.carried_from else ""
    return f" (acknowledged by {decision.by}{earlier}: {decision.reason})"
