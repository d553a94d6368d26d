# SPDX-License-Identifier: Apache-2.0
"""`atr release`: releases from candidate to archive; `atr archive`."""

import sys
from itertools import islice

import click

from atr.client.addresses import address_line, address_release
from atr.client.arguments import PRODUCT, PROJECT, release_argument
from atr.client.bodies import make_body
from atr.client.commands.differences import diff_releases
from atr.client.commands.uploads import create_checksums, print_revision
from atr.client.http import Api, read_answer
from atr.client.output import json_option, print_done, print_items, print_json, print_table, print_wrong
from atr.client.release_view import describe_next_step, print_release
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ReleaseKey
from atr.schema.releases import (
    BlockersAnswer,
    BlockingFinding,
    PhaseMove,
    ReleaseAnswer,
    ReleaseCreate,
    ReleaseItem,
)

_SET_ASIDE = (Phase.ARCHIVED, Phase.REVOKED, Phase.END_OF_LIFE)


@click.group()
def release() -> None:
    """Begin releases, look at them, and see what blocks them."""


release.add_command(diff_releases)


@release.command("list")
@click.option("--stage", type=click.Choice([str(each) for each in Stage]), help="Only these.")
@click.option("--phase", type=click.Choice([str(each) for each in Phase]), help="Only these.")
@click.option("--project", type=PROJECT, metavar="PROJECT", help="Only this project's.")
@click.option("--product", type=PRODUCT, metavar="PRODUCT", help="Only this product line's.")
@click.option("--search", "-q", "q", metavar="WORDS", help="Only those with these words.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@json_option
def list_releases(limit: int, as_json: bool, **wanted: str | None) -> None:
    """List releases, those whose phase changed last first."""
    with Api() as api:
        found = list(islice(api.list("/releases", ReleaseItem, wanted), limit))
    if as_json:
        print_items(found)
        return
    rows = (
        (each.release, each.stage, each.phase, each.phase_changed_at, each.newest_revision, each.vote)
        for each in found
    )
    print_table(
        ("release", "stage", "phase", "since", "revision", "vote"), rows, "There are no such releases."
    )


@release.command("create")
@release_argument
@json_option
def create_release(release: ReleaseKey, as_json: bool) -> None:
    """Begin the candidate of a version."""
    with Api() as api:
        body = make_body(ReleaseCreate, version=release.version)
        made = api.post(address_line(release.line, "releases"), body, ReleaseAnswer)
    if as_json:
        print_json(made)
        return
    print_done(f"{made.release} is a candidate in phase {made.phase}.")
    click.echo(describe_next_step(made.next_step))


@release.command("show")
@release_argument
@json_option
def show_release(release: ReleaseKey, as_json: bool) -> None:
    """Show where a release is, what it consists of, and what comes next."""
    with Api() as api:
        found = api.get(address_release(release), ReleaseAnswer)
    if as_json:
        print_json(found)
    else:
        print_release(found)


@release.command("checksums")
@release_argument
@json_option
def make_checksums(release: ReleaseKey, as_json: bool) -> None:
    """Have ATR make a .sha512 for every artifact of RELEASE that has no checksum, in a new revision."""
    with Api() as api:
        made = create_checksums(api, release)
    if as_json:
        print_json(made)
        return
    print_revision(release, made)
    click.echo(made.description)


@release.command("blockers")
@release_argument
@json_option
def show_blockers(release: ReleaseKey, as_json: bool) -> None:
    """Say what exactly keeps a release from its next step; exit code 1 when something does."""
    with Api() as api:
        found = api.get(address_release(release, "blockers"), BlockersAnswer)
    if as_json:
        print_json(found)
    else:
        _print_blockers(found)
    if found.blockers:
        sys.exit(1)


def _print_blockers(found: BlockersAnswer) -> None:
    if not found.blockers:
        print_done(f"Nothing blocks it in phase {found.phase}.")
    for sentence in found.blockers:
        print_wrong(sentence)
    for finding in (*found.blocking, *found.unacknowledged):
        click.echo(_describe_finding(finding))
    click.echo(describe_next_step(found.next_step))


def _describe_finding(finding: BlockingFinding) -> str:
    place = finding.artifact if finding.member is None else f"{finding.artifact}!{finding.member}"
    return f"  {finding.severity} {finding.rule}: {place}: {finding.message}"


@release.command("delete")
@release_argument
@click.option("--reason", default="", help="Why; everybody can read it.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def delete_release(release: ReleaseKey, reason: str, yes: bool, as_json: bool) -> None:
    """Abandon a candidate, or archive a release; nothing is ever removed from the record."""
    if not yes and sys.stdin.isatty():
        click.confirm(f"Set {release} aside?", abort=True, err=True)
    with Api() as api:
        response = api.request("DELETE", address_release(release), parameters={"reason": reason or None})
        moved = read_answer(response, ReleaseAnswer)
    _print_moved(moved, as_json=as_json)


@release.command("restore")
@release_argument
@json_option
def restore_release(release: ReleaseKey, as_json: bool) -> None:
    """Offer an archived release again; only a sysadmin may."""
    _move(release, PhaseMove(to=Phase.RELEASED), as_json=as_json)


@release.command("recompose")
@release_argument
@json_option
def recompose_release(release: ReleaseKey, as_json: bool) -> None:
    """Open a sealed candidate again, so that its files can be changed."""
    _move(release, PhaseMove(to=Phase.COMPOSE), as_json=as_json)


@click.command()
@release_argument
@click.option(
    "--as",
    "target",
    type=click.Choice([str(each) for each in _SET_ASIDE]),
    default=str(Phase.ARCHIVED),
    show_default=True,
    help="As what it is no longer offered.",
)
@click.option("--reason", default="", help="Why; everybody can read it. Revoking needs one.")
@json_option
def archive(release: ReleaseKey, target: str, reason: str, as_json: bool) -> None:
    """Stop offering a release; `atr release restore` takes it back."""
    _move(release, make_body(PhaseMove, to=target, reason=reason), as_json=as_json)


def _move(release: ReleaseKey, move: PhaseMove, *, as_json: bool) -> None:
    with Api() as api:
        moved = api.post(address_release(release, "phase"), move, ReleaseAnswer)
    _print_moved(moved, as_json=as_json)


def _print_moved(moved: ReleaseAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(moved)
        return
    print_done(f"{moved.release} is in phase {moved.phase} now.")
