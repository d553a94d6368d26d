# SPDX-License-Identifier: Apache-2.0
"""`atr admin export`."""

import sys
from pathlib import Path

import click
from sqlalchemy import Engine

from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.config import load_settings
from atr.db.engine import create_engine
from atr.db.export import write_rows


@click.command()
@data_option
@explain_errors
def export(data: Path | None) -> None:
    """Write every row as a line of JSON, in an order that depends on nothing but the data; no credentials."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url:
        _print_rows(create_engine(url, pool=1))


def _print_rows(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            sys.stdout.writelines(write_rows(connection))
    finally:
        engine.dispose()
