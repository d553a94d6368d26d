# SPDX-License-Identifier: Apache-2.0
"""`atr admin backup DIR`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors, show_count
from atr.bootstrap.database import hold_database
from atr.bootstrap.safekeeping import back_up
from atr.config import load_settings


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@data_option
@explain_errors
def backup(folder: Path, data: Path | None) -> None:
    """Write a dump of the database and every stored file into DIR; works while ATR runs."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url, show_count("Copying files") as report:
        count = back_up(settings, url, folder, report)
    click.echo(f"The backup in {folder} is whole: the database and {count} files.")
