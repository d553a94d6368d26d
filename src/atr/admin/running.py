# SPDX-License-Identifier: Apache-2.0
"""What operator commands have in common: the data option, errors in words, a count on the terminal."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from atr.config import Settings, load_settings
from atr.domain.errors import DomainError

ADDRESS_NAME = "address"
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


def note_address(settings: Settings) -> None:
    """Leave the address in the installation's folder, for commands that know nothing but the folder."""
    (settings.data_dir / ADDRESS_NAME).write_text(settings.address, encoding="utf-8")


def load_served(data: Path | None) -> Settings:
    """Return the settings, with the address at which the installation was last served unless one is set."""
    settings = load_settings(overrides={"data_dir": data})
    kept = settings.data_dir / ADDRESS_NAME
    if settings.public_url is not None or not kept.exists():
        return settings
    return load_settings(overrides={"data_dir": data, "public_url": kept.read_text(encoding="utf-8")})


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
