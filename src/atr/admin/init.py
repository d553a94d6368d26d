# SPDX-License-Identifier: Apache-2.0
"""`atr admin init`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.bootstrap.first_start import prepare_installation
from atr.config import load_settings


@click.command()
@data_option
@explain_errors
def init(data: Path | None) -> None:
    """Set up database, store and the first sysadmin; `atr serve` does the same by itself."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url:
        link = prepare_installation(settings, url)
    click.echo(f"The installation in {settings.data_dir} is ready.")
    if link:
        click.echo(f"When ATR runs, sign in once with {link}")
