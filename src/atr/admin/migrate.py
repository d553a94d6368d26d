# SPDX-License-Identifier: Apache-2.0
"""`atr admin migrate`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.bootstrap.first_start import update_schema
from atr.config import load_settings


@click.command("migrate")
@data_option
@explain_errors
def migrate_database(data: Path | None) -> None:
    """Bring the database's schema up to date; running it again changes nothing."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url:
        update_schema(url)
    click.echo("The database is up to date.")
