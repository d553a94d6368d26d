# SPDX-License-Identifier: Apache-2.0
"""`atr admin restore DIR`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors, show_count
from atr.bootstrap.database import hold_database
from atr.bootstrap.first_start import update_schema
from atr.bootstrap.platform import open_platform
from atr.bootstrap.safekeeping import bring_back
from atr.config import load_settings
from atr.services.reconciliation import Reconcile


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@data_option
@explain_errors
def restore(folder: Path, data: Path | None) -> None:
    """Fill an empty installation from a backup in DIR, every file compared with its digest."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url:
        with show_count("Storing files") as report:
            count = bring_back(settings, url, folder, report)
        update_schema(url)  # the backup may come from an earlier version
        with open_platform(settings, url) as platform:
            jobs = platform.door.keep(Reconcile())
    click.echo(f"Restored the database and {count} files; {jobs} jobs wait to rebuild the download area.")
