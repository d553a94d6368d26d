# SPDX-License-Identifier: Apache-2.0
"""`atr admin grant USER ROLE [PROJECT]`."""

from pathlib import Path

import click

from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.bootstrap.platform import open_platform
from atr.config import load_settings
from atr.domain.names import ProjectKey, UserId
from atr.domain.people import OPERATOR, Role
from atr.services.people import GrantRole


@click.command()
@click.argument("user")
@click.argument("role", type=click.Choice([role.value for role in Role if role is not Role.VISITOR]))
@click.argument("project", required=False)
@click.option("--withdraw", is_flag=True, help="Take the role away instead.")
@data_option
@explain_errors
def grant(user: str, role: str, project: str | None, *, withdraw: bool, data: Path | None) -> None:
    """Give USER a ROLE: in PROJECT, or in the foundation as foundation_member or sysadmin."""
    settings = load_settings(overrides={"data_dir": data})
    where = ProjectKey(project) if project else None
    command = GrantRole(UserId(user), Role(role), where, withdraw=withdraw)
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        platform.door.perform(OPERATOR, command)
    click.echo(
        f"{user} {'is no longer' if withdraw else 'is now'} {role}{f' of {project}' if project else ''}."
    )
