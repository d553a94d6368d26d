# SPDX-License-Identifier: Apache-2.0
"""`atr admin doctor`."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.bootstrap.health import examine_installation
from atr.config import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@data_option
@explain_errors
def doctor(data: Path | None, *, as_json: bool) -> None:
    """Say how every part is, one line each; exit code 1 when something is wrong."""
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url:
        states = list(examine_installation(settings, url))
    if as_json:
        click.echo(json.dumps({"parts": [dataclasses.asdict(each) for each in states]}, indent=1))
    else:
        for each in states:
            click.echo(f"{'ok   ' if each.good else 'WRONG'}  {each.part}: {each.state}")
    sys.exit(0 if all(each.good for each in states) else 1)
