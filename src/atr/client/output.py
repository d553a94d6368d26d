# SPDX-License-Identifier: Apache-2.0
"""Printing: JSON for programs, aligned text for people, progress only on a terminal."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from pydantic import BaseModel

Advance = Callable[[int], None]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def print_json(data: BaseModel) -> None:
    """Print a wire value."""
    click.echo(json.dumps(data.model_dump(mode="json"), indent=2, ensure_ascii=False))


def print_items(items: Iterable[BaseModel]) -> None:
    """Print a list in the form it has on the wire."""
    plain = {"items": [each.model_dump(mode="json") for each in items]}
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print aligned columns; say `empty` on stderr when there is nothing to print."""
    cells = [[_show(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(empty, err=True)
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    widths[-1] = 0  # nothing stands behind it
    bold = [
        click.style(heading.upper().ljust(width), bold=True)
        for heading, width in zip(headings, widths, strict=True)
    ]
    click.echo("  ".join(bold))
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print a name and a value a line; nothing for values that are not there."""
    known = [(name, _show(value)) for name, value in facts if value not in (None, "", ())]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {value}")


def print_heading(text: str) -> None:
    """Begin a section."""
    click.echo(f"\n{click.style(make_printable(text), bold=True)}")


def print_text(text: str) -> None:
    """Print lines that somebody else wrote."""
    click.echo("\n".join(map(make_printable, text.splitlines())))


def print_done(sentence: str) -> None:
    """Say that something is done."""
    click.echo(f"{click.style('✓', fg='green')} {make_printable(sentence)}")


def print_wrong(sentence: str) -> None:
    """Say what is wrong or missing."""
    click.echo(f"{click.style('✗', fg='red')} {make_printable(sentence)}")


def say(sentence: str) -> None:
    """Say something that is no result, on stderr."""
    click.echo(make_printable(sentence), err=True)


@contextmanager
def show_progress(label: str, total: int, unit: str = "bytes") -> Iterator[Advance]:
    """Show a bar on a terminal, of bytes unless another unit is named; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _amount: None
        return
    # rich takes longer to import than most commands to run.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TransferSpeedColumn,
    )

    amounts = (DownloadColumn(), TransferSpeedColumn()) if unit == "bytes" else (MofNCompleteColumn(),)
    columns = (TextColumn("{task.description}"), BarColumn(), *amounts)
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=total)
        yield lambda amount: progress.advance(task, amount)


def show_time(moment: datetime | None) -> str:
    """Return the moment as people read it; a dash for none."""
    return "-" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def show_size(size: int) -> str:
    """Return a number of bytes with the unit that fits."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def count_things(number: int, word: str) -> str:
    """Return the number with its word, in the plural where it has to be."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def make_printable(text: str) -> str:
    """Return the text without what could command a terminal: names and comments are anybody's."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _show(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return show_time(value)
        case list() | tuple():
            return make_printable(", ".join(map(str, value)) or "-")
        case _:
            return make_printable(str(value))
