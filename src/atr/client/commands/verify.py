# SPDX-License-Identifier: Apache-2.0
"""`atr verify`: what the files of a release prove, without trusting the server."""

import importlib.metadata
import platform
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from atr.client.arguments import FILE
from atr.client.evidence import Report
from atr.client.exhibits import Gathered, gather_path, gather_url
from atr.client.output import count_things, json_option, print_done, print_json, print_text, print_wrong
from atr.client.proofs import Standing, Statement, prove
from atr.schema.wire import format_time

_LONGEST_ITEM = 900


@click.command()
@click.argument("place", metavar="PATH|URL")
@click.option(
    "--keys", "keys_file", type=FILE, help="The KEYS you trust, rather than those beside the files."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was proven as JSON; atr vote cast --evidence takes it.",
)
@json_option
def verify(place: str, keys_file: Path | None, report: Path | None, as_json: bool) -> None:
    """Say what the files of a release prove; exit code 1 if something is wrong.

    PATH is a folder that atr download filled, or one file of it; that needs no network. URL is the address
    of a release. Contents are compared with release.json and its manifest digest, checksums with the files,
    and signatures are verified with the keys of KEYS.
    """
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="atr-verify-") as scratch:
        gathered = _gather(place, keys_file, Path(scratch))
        statements = tuple(prove(gathered.exhibit, now))
    found = _make_report(place, gathered, statements, now)
    if report is not None:
        report.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if as_json:
        print_json(found)
    else:
        _print_statements(statements, gathered, place)
    if found.wrong:
        sys.exit(1)


def _gather(place: str, keys_file: Path | None, scratch: Path) -> Gathered:
    if place.startswith(("http://", "https://")):
        return gather_url(place, keys_file, scratch)
    path = Path(place)
    if not path.exists():
        raise click.UsageError(f"There is no file or folder {place}, and it is no URL either.")
    return gather_path(path, keys_file)


def _make_report(place: str, gathered: Gathered, statements: Sequence[Statement], now: datetime) -> Report:
    def pick(standing: Standing) -> tuple[str, ...]:
        return tuple(each.sentence for each in statements if each.standing is standing)

    metadata = gathered.exhibit.metadata
    return Report(
        verified_at=format_time(now),
        place=place,
        release=metadata.release if metadata else None,
        manifest_digest=metadata.manifest_digest if metadata else None,
        proven=pick(Standing.PROVEN),
        unproven=pick(Standing.UNPROVEN),
        wrong=pick(Standing.WRONG),
        evidence=_summarize(statements),
        summary=_conclude(place, statements),
    )


def _summarize(statements: Sequence[Statement]) -> dict[str, str]:
    """Return one item a topic, as it may stand on a ballot."""
    machine = f"{platform.system()} {platform.machine()}"
    items = {"verified": f"with atr {importlib.metadata.version('atr')} on {machine}"}
    for topic in dict.fromkeys(each.topic for each in statements):
        sentences = [each.sentence for each in statements if each.topic == topic]
        text = " ".join(sentences)
        items[topic] = text if len(text) <= _LONGEST_ITEM else f"{text[: _LONGEST_ITEM - 1]}…"
    return items


def _print_statements(statements: Sequence[Statement], gathered: Gathered, place: str) -> None:
    for each in statements:
        match each.standing:
            case Standing.PROVEN:
                print_done(each.sentence)
            case Standing.UNPROVEN:
                print_text(f"- {each.sentence}")
            case Standing.WRONG:
                print_wrong(each.sentence)
    if gathered.exhibit.keys:
        print_text(f"- The keys came from {gathered.keys_from}.")
    is_wrong = any(each.standing is Standing.WRONG for each in statements)
    (print_wrong if is_wrong else print_done)(_conclude(place, statements))


def _conclude(place: str, statements: Sequence[Statement]) -> str:
    counts = Counter(each.standing for each in statements)
    wrong, proven = counts[Standing.WRONG], counts[Standing.PROVEN]
    if wrong:
        return f"{place} is NOT what it should be: {count_things(wrong, 'fault')}."
    return f"{place} is verified: {count_things(proven, 'statement')} proven, nothing wrong."
