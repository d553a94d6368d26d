# SPDX-License-Identifier: Apache-2.0
"""Printing: JSON for programs, aligned text for people, progress only on a terminal."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click
from pydantic import BaseModel

Advance = Callable[[int], None]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def print_json(data: BaseModel | Iterable[BaseModel]) -> None:
    """Print a wire value, or a list of them."""
    plain = (
        data.model_dump(mode="json")
        if isinstance(data, BaseModel)
        else [each.model_dump(mode="json") for each in data]
    )
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print aligned columns; say `empty` when there is nothing to print."""
    cells = [[_show(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(empty, err=True)
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    bold = [
        click.style(heading.upper().ljust(width), bold=True)
        for heading, width in zip(headings, widths, strict=True)
    ]
    click.echo("  ".join(bold).rstrip())
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print a name and a value a line; nothing for values that are not there."""
    known = [(name, _show(value)) for name, value in facts if value not in (None, "", ())]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {value}")


def print_done(sentence: str) -> None:
    """Say that something is done."""
    click.echo(f"{click.style('✓', fg='green')} {sentence}")


@contextmanager
def show_progress(label: str, total: int) -> Iterator[Advance]:
    """Show a bar of bytes on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _amount: None
        return
    # rich takes longer to import than most commands to run.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=total)
        yield lambda amount: progress.advance(task, amount)


def _show(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
