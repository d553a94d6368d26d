# SPDX-License-Identifier: Apache-2.0
"""`atr check`: the server's own checks on files of this machine, without a server."""

import importlib.metadata
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TypedDict, Unpack

import click

from atr.checks.contract import ScanArchive
from atr.checks.describe import describe_rules
from atr.checks.engine import Engine
from atr.checks.local_revision import LocalRevision, read_revision
from atr.checks.reports import Json, render_json, render_sarif
from atr.checks.sandbox import open_scanner
from atr.client.checksum_writing import write_checksums
from atr.client.failures import Failed
from atr.domain.check import Finding, RevisionFacts, Severity, count_severities
from atr.domain.check_policy import CheckPolicy
from atr.domain.errors import Invalid
from atr.domain.key import SigningKey
from atr.openpgp.keyring import LocalKeyring

_COLOURS = {
    Severity.ERROR: "magenta",
    Severity.BLOCKER: "red",
    Severity.CONCERN: "yellow",
    Severity.SUGGESTION: "cyan",
    Severity.NOTE: None,
}
_MOST_SHOWN = 10
_BLOCKING = {Severity.ERROR, Severity.BLOCKER}
_existing = click.Path(exists=True, path_type=Path)
_existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


class CheckOptions(TypedDict):
    """What `atr check` is told besides the files."""

    keys_file: Path | None
    version: str
    podling: bool
    write_checksums: bool


@click.command(short_help="Examine a release on this machine, without a server.")
@click.argument("paths", nargs=-1, required=True, type=_existing, metavar="DIR|FILE...")
@click.option("--keys", "keys_file", type=_existing_file, help="The project's KEYS file.")
@click.option("--version", default="", help="The version that file names must carry.")
@click.option("--podling", is_flag=True, help="Apply what podlings must keep to.")
@click.option("--write-checksums", is_flag=True, help="Write every .sha512 that is missing, then examine.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--sarif", "form", flag_value="sarif", help="Print SARIF 2.1.0.")
def check(paths: tuple[Path, ...], form: str | None, **options: Unpack[CheckOptions]) -> None:
    """Examine the files with the checks that the server runs, and print what was found.

    A FILE is examined with the signature and checksums beside it. Exit code 1 if there is a blocker.
    """
    now = datetime.now(UTC)
    facts = RevisionFacts("", "", options["version"], options["podling"], None, CheckPolicy(), now)
    with open_scanner() as scan:
        try:
            revision = _read_files(paths, write=options["write_checksums"])
        except (Invalid, OSError) as error:
            raise Failed(str(error)) from error
        findings = _examine(revision, facts, _read_keys(options["keys_file"], now), scan)
    match form:
        case "json":
            _print_json(render_json(findings))
        case "sarif":
            _print_json(render_sarif(findings, importlib.metadata.version("atr")))
        case _:
            _print_findings(findings, len(revision.entries))
    if any(finding.severity in _BLOCKING for finding in findings):
        sys.exit(1)


def _read_files(paths: Sequence[Path], *, write: bool) -> LocalRevision:
    """Read the files, and again when checksums were written; raise Invalid or OSError."""
    revision = read_revision(paths)
    written = list(write_checksums(revision)) if write else []
    for path in written:
        click.echo(f"Written: {path}", err=True)
    return read_revision(paths) if written else revision


def _print_json(report: Json) -> None:
    click.echo(json.dumps(report, indent=2, ensure_ascii=False))


def _read_keys(path: Path | None, now: datetime) -> tuple[SigningKey, ...]:
    if path is None:
        return ()
    keys, rejected = LocalKeyring().read_keys(path.read_bytes())
    for each in rejected:
        named = f" ({each.label})" if each.label else ""
        click.echo(f"{path}: block {each.position}{named} is left out: {each.reason}.", err=True)
    return tuple(SigningKey(key, None, now) for key in keys)


def _examine(
    revision: LocalRevision, facts: RevisionFacts, keys: Sequence[SigningKey], scan: ScanArchive
) -> tuple[Finding, ...]:
    engine = Engine(lambda entry: revision.sources[entry.path].open("rb"), LocalKeyring(), scan=scan)
    with show_files(len(revision.entries)) as report:
        return revision.complete(engine.examine(facts, revision.entries, keys, report))


@contextmanager
def show_files(total: int) -> Iterator[Callable[[int, int], object]]:
    """Show on a terminal how many files were examined."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=total, label="Examining", file=sys.stderr) as bar:
        yield lambda done, _total: bar.update(done - bar.pos)


def _print_findings(findings: Sequence[Finding], files: int) -> None:
    rules = {row.rule.id: row.rule for row in describe_rules()}
    for (severity, rule_id), group in groupby(findings, key=lambda each: (each.severity, each.rule)):
        title = click.style(severity.upper(), fg=_COLOURS[severity], bold=True)
        click.echo(f"{title} {rules[rule_id].title}  [{rule_id}]")
        found = list(group)
        for finding in found[:_MOST_SHOWN]:
            is_named = not finding.artifact or finding.artifact in finding.message
            click.echo(f"  {_make_printable(finding.message if is_named else _place(finding))}")
        if len(found) > _MOST_SHOWN:
            click.echo(f"  and {len(found) - _MOST_SHOWN} more, which --json shows")
        if rules[rule_id].fix:
            click.echo(click.style(f"  To do: {rules[rule_id].fix}", dim=True))
        click.echo()
    counts = count_severities(findings).items()
    words = [_count(number, severity) for severity, number in counts if number]
    click.echo(f"Examined {_count(files, 'file')}: {', '.join(words) or 'nothing found'}.")


def _place(finding: Finding) -> str:
    return f"{finding.artifact}: {finding.message}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _make_printable(text: str) -> str:
    """Return the text without what could command a terminal: names inside archives are anybody's."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
