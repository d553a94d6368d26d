# SPDX-License-Identifier: Apache-2.0
"""`atr project policy`: how a project, or one of its product lines, votes."""

import json
import tomllib
from pathlib import Path

import click
from pydantic import ValidationError

from atr.client.addresses import address_policy
from atr.client.arguments import FILE, LINE
from atr.client.bodies import explain_faults
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_json, print_table
from atr.domain.names import ProductRef
from atr.schema.policies import PolicyAnswer, PolicyPatch, VotePolicyAnswer

_line_argument = click.argument("line", type=LINE, metavar="PROJECT[/PRODUCT]")


@click.group()
def policy() -> None:
    """Show or change the policy under which releases are voted on."""


@policy.command("show")
@_line_argument
@json_option
def show_policy(line: ProductRef, as_json: bool) -> None:
    """Show the policy in force, and where each part of it is set."""
    with Api() as api:
        found = api.get(address_policy(line), PolicyAnswer)
    if as_json:
        print_json(found)
    else:
        _print_policy(found)


@policy.command("set")
@_line_argument
@click.argument("file", type=FILE)
@json_option
def set_policy(line: ProductRef, file: Path, as_json: bool) -> None:
    """Change the fields named in FILE, which is JSON or TOML; the others stay as they are.

    In JSON, null gives a field up: it is inherited again. Each change makes a new version of the policy.
    """
    patch = _read_patch(file)
    with Api() as api:
        found = api.patch(address_policy(line), patch, PolicyAnswer)
    if as_json:
        print_json(found)
        return
    print_done(f"The policy of {line} is version {found.version} now.")
    _print_policy(found)


def _read_patch(file: Path) -> PolicyPatch:
    try:
        return PolicyPatch.model_validate(_read_file(file))
    except ValidationError as error:
        raise Failed(*(f"{file}: {fault}" for fault in explain_faults(error))) from None


def _read_file(file: Path) -> object:
    form, read = ("TOML", tomllib.loads) if file.suffix == ".toml" else ("JSON", json.loads)
    try:
        return read(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failed(f"{file} is no {form}: {error}.") from None


def _print_policy(found: PolicyAnswer) -> None:
    own, rows = found.own.model_dump(), []
    for name in VotePolicyAnswer.model_fields:
        value = getattr(found.effective, name)
        shown = f"{len(value)} characters" if name == "release_checklist" else value
        rows.append((name, shown, "here" if own[name] is not None else "inherited"))
    print_table(("field", "value", "set"), rows, "")
