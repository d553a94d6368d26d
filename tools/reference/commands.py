# SPDX-License-Identifier: Apache-2.0
"""The page on the command line, from the commands themselves."""

import inspect
from collections.abc import Iterator

from click import Command, Context, Group, Parameter

from atr.client.main import program
from tools.reference.page import format_table

INTRODUCTION = """\
# Command line

One program, `atr`. The commands `serve`, `worker`, `admin` and `demo` come with `atr[server]`.
A release is written `PROJECT[/PRODUCT]/VERSION`; the product `main` may be left out.

| status | meaning |
| --- | --- |
| 0 | done |
| 1 | refused or failed; the reasons are on the standard error output |
| 2 | wrong usage |
| 3 | the server cannot be reached |
"""


def render_commands() -> str:
    """Return the page: one section a command, in the order of the help."""
    return "\n".join([INTRODUCTION, *render_command(program, Context(program, info_name="atr"))])


def render_command(command: Command, context: Context) -> Iterator[str]:
    """Yield the section of a command, then those of its commands."""
    yield f"## `{context.command_path}`\n"
    yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n"
    if command.help:
        yield inspect.cleandoc(command.help).replace("\b\n", "").replace("\f", "") + "\n"
    if rows := list(list_options(command, context)):
        yield format_table(("option", "meaning"), rows)
    if isinstance(command, Group):
        for name in command.list_commands(context):
            yield from render_member(command, name, context)


def render_member(group: Group, name: str, context: Context) -> Iterator[str]:
    """Yield the section of one command of a group, unless it is hidden."""
    command = group.get_command(context, name)
    if command is not None and not command.hidden:
        yield from render_command(command, Context(command, context, info_name=name))


def list_options(command: Command, context: Context) -> Iterator[tuple[str, str]]:
    """Yield every option but `--help` with its meaning, and the arguments that have one."""
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and record[1] and not is_help(parameter):
            yield f"`{record[0]}`", record[1]


def is_help(parameter: Parameter) -> bool:
    """Tell whether the parameter is `--help`, which every command has."""
    return "--help" in parameter.opts
