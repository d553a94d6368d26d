# SPDX-License-Identifier: Apache-2.0
"""`atr worker`: one more worker for the same database and store, on any machine."""

from pathlib import Path

import click

from atr.bootstrap.database import describe_embedded, find_database_url
from atr.bootstrap.logs import set_up_logs
from atr.bootstrap.worker import run_worker_process
from atr.config import load_settings
from atr.domain.errors import DomainError


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder for what this machine keeps.")
def worker(data: Path | None) -> None:
    """Carry out jobs beside the other workers, until Ctrl-C or SIGTERM.

    ATR_DATABASE_URL and ATR_STORE_URL say where to work; without them it joins `atr serve` of its folder.
    """
    try:
        settings = load_settings(overrides={"data_dir": data})
        if settings.embedded and not describe_embedded(settings).is_answering():
            raise click.ClickException(
                f"No database answers under {settings.data_dir}: start `atr serve`, or set ATR_DATABASE_URL."
            )
        set_up_logs()
        run_worker_process(settings, find_database_url(settings))
    except DomainError as error:
        raise click.ClickException("\n".join(error.reasons)) from None
