# SPDX-License-Identifier: Apache-2.0
"""`atr project policy`: how a project, or one of its product lines, votes, and what its checks go by."""

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
from atr.client.output import (
    count_things,
    json_option,
    make_printable,
    print_done,
    print_json,
    print_table,
    say,
)
from atr.domain.names import ProductRef
from atr.schema.check_policies import CheckPolicyAnswer, CheckPolicyPatch, ChecksInForceAnswer
from atr.schema.pages import ItemPage
from atr.schema.policies import PolicyAnswer, PolicyPatch, SimulatedRound, VotePolicyAnswer

_TEXTS = frozenset({"release_checklist", "licence_text", "header_text"})
_line_argument = click.argument("line", type=LINE, metavar="PROJECT[/PRODUCT]")


@click.group()
def policy() -> None:
    """Show or change the policy under which releases are voted on and checked."""


@policy.command("show")
@_line_argument
@json_option
def show_policy(line: ProductRef, as_json: bool) -> None:
    """Show how releases are voted on and checked, and where each part of it is set."""
    with Api() as api:
        _print_found(_fetch_policy(api, line), as_json=as_json)


@policy.command("set")
@_line_argument
@click.argument("file", type=FILE)
@json_option
def set_policy(line: ProductRef, file: Path, as_json: bool) -> None:
    """Change the fields named in FILE, which is JSON or TOML; the others stay as they are.

    What the checks go by stands in a section named checks. In JSON, null gives a field up: it is inherited
    again. Each change makes a new version of the policy, and open candidates are examined again.
    """
    patch = _read_patch(file)
    examined = None
    with Api() as api:
        if patch.checks is not None:
            saved = api.patch(f"{address_policy(line)}/checks", patch.checks, ChecksInForceAnswer)
            examined = saved.examined_again
        vote = _list_vote_fields(patch)
        if vote or patch.checks is None:
            body = PolicyPatch.model_validate({name: getattr(patch, name) for name in vote})
            api.patch(address_policy(line), body, PolicyAnswer)
        found = _fetch_policy(api, line)
    if not as_json:
        print_done(
            f"The policy of {line} is version {found.version} now, {found.checks.version} for the checks."
        )
    if examined:
        say(f"{count_things(examined, 'open candidate')} will be examined again.")
    _print_found(found, as_json=as_json)


@policy.command("simulate")
@_line_argument
@click.option("--change", "file", type=FILE, required=True, help="The fields to try, as for atr policy set.")
@click.option(
    "--releases", type=click.IntRange(1, 100), default=20, show_default=True, help="How many of the last."
)
@json_option
def simulate_policy(line: ProductRef, file: Path, releases: int, as_json: bool) -> None:
    """Count the votes of the last releases anew under changed fields; nothing is saved.

    Each line says what came of a vote and what would have come of it, and why that differs.
    """
    patch = _read_patch(file)
    body = PolicyPatch.model_validate({name: getattr(patch, name) for name in _list_vote_fields(patch)})
    with Api() as api:
        address = f"{address_policy(line)}/simulate"
        found = api.post(address, body, ItemPage[SimulatedRound], {"releases": releases})
    if as_json:
        print_json(found)
        return
    _print_simulated(found.items)


def _list_vote_fields(patch: PolicyPatch) -> set[str]:
    return patch.model_fields_set - {"checks"}


def _print_simulated(rounds: tuple[SimulatedRound, ...]) -> None:
    rows = ((f"{each.release}#{each.round}", each.state, each.outcome, each.new_outcome) for each in rounds)
    print_table(("vote", "ended", "counts as", "would count as"), rows, "No vote is over yet.")
    for each in rounds:
        for reason in each.why:
            click.echo(f"- {make_printable(f'{each.release}#{each.round}: {reason}')}")
    differ = sum(each.differs for each in rounds)
    if rounds:
        click.echo(f"{count_things(differ, 'outcome')} of {len(rounds)} would differ.")


class WholePolicy(PolicyAnswer):
    """How releases are voted on, and what the checks go by."""

    checks: ChecksInForceAnswer


class PolicyFile(PolicyPatch):
    """What a file may change."""

    checks: CheckPolicyPatch | None = None


def _fetch_policy(api: Api, line: ProductRef) -> WholePolicy:
    vote = api.get(address_policy(line), PolicyAnswer)
    checks = api.get(f"{address_policy(line)}/checks", ChecksInForceAnswer)
    return WholePolicy(**dict(vote), checks=checks)


def _read_patch(file: Path) -> PolicyFile:
    try:
        return PolicyFile.model_validate(_read_file(file))
    except ValidationError as error:
        raise Failed(*(f"{file}: {fault}" for fault in explain_faults(error))) from None


def _read_file(file: Path) -> object:
    form, read = ("TOML", tomllib.loads) if file.suffix == ".toml" else ("JSON", json.loads)
    try:
        return read(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failed(f"{file} is no {form}: {error}.") from None


def _print_found(found: WholePolicy, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    own = found.own.model_dump()
    rows = [
        (
            name,
            _shorten(name, getattr(found.effective, name)),
            "here" if own[name] is not None else "inherited",
        )
        for name in VotePolicyAnswer.model_fields
    ]
    print_table(("vote", "value", "set"), rows, "")
    click.echo()
    effective, levels = found.checks.effective, found.checks.levels
    checks = [
        (name, _shorten(name, getattr(effective, name)), levels[name])
        for name in CheckPolicyAnswer.model_fields
    ]
    print_table(("checks", "value", "set by"), checks, "")


def _shorten(name: str, value: object) -> object:
    if name in _TEXTS and isinstance(value, str) and value:
        return count_things(len(value), "character")
    return value if value not in ("", ()) else None
