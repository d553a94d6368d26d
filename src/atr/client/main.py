# SPDX-License-Identifier: Apache-2.0
"""The program `atr`: looks commands up by name and imports only the one that is called."""

import gc
import importlib
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from atr.client.commands import COMMANDS, COMPANIONS
from atr.client.extensions import GROUP, may_have_extensions
from atr.client.failures import Failed, Unreachable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_REFUSED, _UNREACHABLE = 1, 3
_WIDTH_OF_LINE = 70


class Program(click.Group):
    """The client's own commands, and those that other parts of the installation bring along."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        """Return all names, the client's own first."""
        return list(dict.fromkeys((*COMMANDS, *COMPANIONS, *_list_extensions())))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command; explain when its part is not installed."""
        if cmd_name in COMMANDS:
            module, _, name = COMMANDS[cmd_name][0].partition(":")
            return _as_command(getattr(importlib.import_module(module), name))
        return _find_extension(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands with one line each, importing none that is known."""
        known = {name: line for name, (_, line) in COMMANDS.items()} | dict(COMPANIONS)
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, line in known.items()])
        others = [name for name in self.list_commands(ctx) if name not in known]
        if others:
            with formatter.section("Commands of other packages"):
                formatter.write_dl([(name, self._find_line(ctx, name)) for name in others])

    def _find_line(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return command.get_short_help_str(_WIDTH_OF_LINE) if command else ""


def _list_extensions() -> list[str]:
    return sorted(entry.name for entry in _find_entries()) if may_have_extensions() else []


def _find_extension(name: str) -> click.Command | None:
    for entry in _find_entries():
        if entry.name == name:
            try:
                return _as_command(_load(entry))
            except ModuleNotFoundError as error:
                return _explain_missing(name, error.name or "a library")
    return None


def _load(entry: "EntryPoint") -> object:
    """Import a part of the server; what it brings along stays, so collecting garbage meanwhile is in vain."""
    gc.disable()
    try:
        return entry.load()
    finally:
        gc.freeze()
        gc.enable()


def _find_entries() -> Iterable["EntryPoint"]:
    # Takes as long to import as all else that `atr --help` needs.
    from importlib.metadata import entry_points  # noqa: PLC0415

    return entry_points(group=GROUP)


def _as_command(found: object) -> click.Command:
    if not isinstance(found, click.Command):
        raise TypeError(f"{found!r} is not a command")
    return found


def _explain_missing(name: str, library: str) -> click.Command:
    def explain() -> None:
        raise Failed(f"`atr {name}` needs {library}: install the server part with: pip install 'atr[server]'")

    return click.Command(
        name, callback=explain, short_help="Needs the server part: pip install 'atr[server]'"
    )


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="atr", prog_name="atr")
def program() -> None:
    """Make official releases: compose, check, vote, distribute, announce, prove.

    A release is written PROJECT[/PRODUCT]/VERSION. The server is ATR_URL and the token ATR_TOKEN, or what
    `atr login` remembered. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 server unreachable.
    """


def main() -> None:
    """Run the program and leave with its exit code."""
    try:
        program(prog_name="atr", standalone_mode=True)
    except Failed as error:
        _complain(*error.reasons)
        sys.exit(_REFUSED)
    except Unreachable as error:
        _complain(str(error))
        sys.exit(_UNREACHABLE)


def _complain(*reasons: str) -> None:
    for line in (line for reason in reasons for line in reason.splitlines()):
        click.echo(f"atr: {line}", err=True)


if __name__ == "__main__":
    main()
