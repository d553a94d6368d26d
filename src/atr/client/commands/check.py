# SPDX-License-Identifier: Apache-2.0
"""`atr check`: the server's own checks on files of this machine, without a server."""

import importlib.metadata
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Unpack

import click

from atr.checks.contract import ScanArchive
from atr.checks.describe import describe_rules
from atr.checks.engine import Engine
from atr.checks.local_revision import LocalRevision, read_revision
from atr.checks.rat_program import RatProgram
from atr.checks.reports import Json, render_json, render_sarif
from atr.checks.sandbox import open_scanner
from atr.client.check_policy_file import read_check_policy
from atr.client.checksum_writing import write_checksums
from atr.client.comparisons import (
    Comparison,
    ComparisonOptions,
    comparison_options,
    map_contents,
    read_comparison,
)
from atr.client.failures import Failed
from atr.client.findings_view import MOST_SHOWN, ShownRule, place_message, print_rules, summarize_counts
from atr.client.output import count_things
from atr.domain.check import Finding, RevisionFacts, Severity, count_severities
from atr.domain.check_policy import DEFAULT_CHECKS, CheckPolicy, LicenceChecker
from atr.domain.errors import Invalid
from atr.domain.key import SigningKey
from atr.openpgp.keyring import LocalKeyring

_MOST_REJECTED = 3
_BLOCKING = {Severity.ERROR, Severity.BLOCKER}
_existing = click.Path(exists=True, path_type=Path)
_existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


class CheckOptions(ComparisonOptions):
    """What `atr check` is told besides the files."""

    keys_file: Path | None
    version: str
    podling: bool
    write_checksums: bool
    rat: Path | None
    java: str
    licence_checker: str | None
    policy: Path | None


@click.command(short_help="Examine a release on this machine, without a server.")
@click.argument("paths", nargs=-1, required=True, type=_existing, metavar="DIR|FILE...")
@click.option("--keys", "keys_file", type=_existing_file, help="The project's KEYS file.")
@click.option("--version", default="", help="The version that file names must carry.")
@click.option("--podling", is_flag=True, help="Apply what podlings must keep to.")
@click.option(
    "--policy", type=_existing_file, metavar="FILE", help="The policy, from atr project policy show P --json."
)
@click.option("--write-checksums", is_flag=True, help="Write every .sha512 that is missing, then examine.")
@click.option("--rat", type=_existing_file, metavar="JAR", help="Ask Apache RAT about licence headers too.")
@click.option("--java", default="java", show_default=True, help="The Java that runs Apache RAT.")
@click.option(
    "--licence-checker",
    type=click.Choice([str(each) for each in LicenceChecker]),
    help="Who examines headers; with --rat both, unless said otherwise.",
)
@comparison_options
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--sarif", "form", flag_value="sarif", help="Print SARIF 2.1.0.")
def check(paths: tuple[Path, ...], form: str | None, **options: Unpack[CheckOptions]) -> None:
    """Examine the files with the checks that the server runs, and print what was found.

    A FILE is examined with the signature and checksums beside it. Exit code 1 if there is a blocker. Only
    --repository with a URL uses the network, and only to fetch that commit.
    """
    now = datetime.now(UTC)
    facts = RevisionFacts("", "", options["version"], options["podling"], None, _make_policy(options), now)
    with open_scanner() as scan:
        try:
            revision = _read_files(paths, write=options["write_checksums"])
            comparison = read_comparison(options, revision, facts.version)
        except (Invalid, OSError) as error:
            raise Failed(str(error)) from error
        facts = replace(facts, previous=comparison.previous, source=comparison.source)
        engine = replace(_build_engine(revision, comparison, scan), rat=_find_rat(options))
        findings = _examine(engine, revision, facts, _read_keys(options["keys_file"], now))
    match form:
        case "json":
            _print_json(render_json(findings))
        case "sarif":
            _print_json(render_sarif(findings, importlib.metadata.version("atr")))
        case _:
            _print_findings(findings, len(revision.entries))
    if any(finding.severity in _BLOCKING for finding in findings):
        sys.exit(1)


def _make_policy(options: CheckOptions) -> CheckPolicy:
    policy = DEFAULT_CHECKS if options["policy"] is None else read_check_policy(options["policy"])
    usual = policy.licence_checker if options["rat"] is None else LicenceChecker.BOTH
    return replace(policy, licence_checker=LicenceChecker(options["licence_checker"] or usual))


def _find_rat(options: CheckOptions) -> RatProgram | None:
    return None if options["rat"] is None else RatProgram(options["rat"], options["java"])


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
    for each in rejected[:_MOST_REJECTED]:
        named = f" ({each.label})" if each.label else ""
        click.echo(f"{path}: block {each.position}{named} is left out: {each.reason}.", err=True)
    if len(rejected) > _MOST_REJECTED:
        click.echo(f"{path}: {len(rejected) - _MOST_REJECTED} more blocks are left out.", err=True)
    return tuple(SigningKey(key, None, now) for key in keys)


def _build_engine(revision: LocalRevision, comparison: Comparison, scan: ScanArchive) -> Engine:
    places = {**comparison.places, **map_contents(revision)}
    return Engine(
        lambda entry: places[entry.content.sha512].open("rb"),
        LocalKeyring(),
        scan=scan,
        fetch_source=comparison.fetch_source,
    )


def _examine(
    engine: Engine, revision: LocalRevision, facts: RevisionFacts, keys: Sequence[SigningKey]
) -> tuple[Finding, ...]:
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
    print_rules(_show_rules(findings), lambda _group: "--json")
    counts = summarize_counts(count_severities(findings))
    click.echo(f"Examined {count_things(files, 'file')}: {counts}.")


def _show_rules(findings: Sequence[Finding]) -> Iterator[ShownRule]:
    rules = {row.rule.id: row.rule for row in describe_rules()}
    for (severity, rule_id), group in groupby(findings, key=lambda each: (each.severity, each.rule)):
        found = list(group)
        lines = (place_message(each.artifact, each.message) for each in found[:MOST_SHOWN])
        rule = rules[rule_id]
        yield ShownRule(rule_id, severity, rule.title, rule.fix, len(found), tuple(lines))
