# SPDX-License-Identifier: Apache-2.0
"""`atr admin login-link USER...`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors, load_served
from atr.bootstrap.database import hold_database
from atr.bootstrap.platform import open_platform
from atr.domain.names import UserId
from atr.domain.people import OPERATOR
from atr.services.accounts import MakeLoginLink


@click.command("login-link")
@click.argument("users", metavar="USER...", nargs=-1, required=True)
@data_option
@explain_errors
def login_link(users: tuple[str, ...], data: Path | None) -> None:
    """Print a link for each USER, with which that person signs in once."""
    settings = load_served(data)
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        for user in users:
            link = platform.door.perform(OPERATOR, MakeLoginLink(UserId(user), settings.login_link_valid))
            click.echo(link.address)
