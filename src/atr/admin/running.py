# SPDX-License-Identifier: Apache-2.0
"""What operator commands have in common: the data option, errors in words, a count on the terminal."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from atr.domain.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of the installation.  [default: ATR_DATA_DIR]"
)


def explain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Let a DomainError end the command with its sentences and exit code 1."""

    @functools.wraps(command)
    def explained(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException("\n".join(error.reasons)) from None

    return explained


@contextmanager
def show_count(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many are done of how many, on a terminal."""
    shown = sys.stderr.isatty()

    def report(done: int, total: int) -> None:
        if shown:
            click.echo(f"\r{label}: {done}/{total}", err=True, nl=False)

    yield report
    if shown:
        click.echo(err=True)
