# SPDX-License-Identifier: Apache-2.0
"""`atr admin`: one file a command, imported only when it is called."""

import importlib

import click

COMMANDS = {
    "init": "atr.admin.init:init",
    "migrate": "atr.admin.migrate:migrate_database",
    "doctor": "atr.admin.doctor:doctor",
    "load": "atr.admin.load:load",
    "grant": "atr.admin.grant:grant",
    "backup": "atr.admin.backup:backup",
    "restore": "atr.admin.restore:restore",
    "export": "atr.admin.export:export",
    "reconcile": "atr.admin.reconcile:reconcile",
    "login-link": "atr.admin.login_link:login_link",
}


class AdminGroup(click.Group):
    """Looks commands up in the table, so that `atr admin --help` imports nothing heavy."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=AdminGroup)
def admin() -> None:
    """Set up and look after an installation; talks to database and store directly."""
