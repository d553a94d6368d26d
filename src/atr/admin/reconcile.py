# SPDX-License-Identifier: Apache-2.0
"""`atr admin reconcile`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.bootstrap.platform import open_platform
from atr.config import load_settings
from atr.services.reconciliation import Reconcile


@click.command()
@data_option
@explain_errors
def reconcile(data: Path | None) -> None:
    """Ask again for every publication, evaluation and mail that should be there; harmless when it is."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        jobs = platform.door.keep(Reconcile())
    click.echo(f"{jobs} jobs wait for a worker; each first looks whether its work is done.")
