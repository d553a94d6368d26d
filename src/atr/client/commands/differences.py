# SPDX-License-Identifier: Apache-2.0
"""`atr release diff`: what changed since another release or revision."""

from collections.abc import Mapping

import click

from atr.client.addresses import address_release
from atr.client.arguments import Parsed, release_argument
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import count_things, json_option, make_printable, print_json, print_table, show_size
from atr.domain.errors import Invalid
from atr.domain.names import ReleaseKey, Version
from atr.schema.releases import ReleaseAnswer
from atr.schema.revisions import ChangeAnswer, DiffAnswer, MemberChangeAnswer, MemberDiffAnswer

_REVISION_MARK = "@"
_MISSING = 404
_Query = Mapping[str, str]


def _parse_other(text: str) -> Version | int:
    if not text.startswith(_REVISION_MARK):
        return Version(text)
    if not text[1:].isdecimal():
        raise Invalid.field("other", f"{text!r} names no revision: write @ and its number, such as @2.")
    return int(text[1:])


@click.command("diff")
@release_argument
@click.argument("other", type=Parsed("other", _parse_other), required=False)
@click.option("--members", is_flag=True, help="Also show what changed inside archives.")
@json_option
def diff_releases(release: ReleaseKey, other: Version | int | None, members: bool, as_json: bool) -> None:
    """Show which files changed since OTHER.

    OTHER is a version of the same product line, or a revision of this release written @NUMBER. Without it,
    the release before this one is meant, or the revision before the newest where there is none. With
    --members, the first changes inside each archive are shown; the folder at its root does not count.
    """
    with Api() as api:
        found = _fetch_diff(api, release, other, {"members": "true"} if members else {})
    if as_json:
        print_json(found)
    else:
        _print_diff(found)


def _fetch_diff(api: Api, release: ReleaseKey, other: Version | int | None, query: _Query) -> DiffAnswer:
    if isinstance(other, int):
        shown = api.get(address_release(release), ReleaseAnswer).shown_revision
        return _fetch_revisions(api, release, other, shown, query)
    if other is not None:
        return api.get(address_release(release, "diff"), DiffAnswer, {**query, "other": other})
    shown = api.get(address_release(release), ReleaseAnswer).shown_revision
    try:
        return api.get(address_release(release, "diff"), DiffAnswer, query)
    except Failed as error:
        if error.status != _MISSING or shown == 0:
            raise
    return _fetch_revisions(api, release, shown - 1, shown, query)


def _fetch_revisions(api: Api, release: ReleaseKey, old: int, new: int, query: _Query) -> DiffAnswer:
    return api.get(address_release(release, "revisions", old, "diff", new), DiffAnswer, query)


def _print_diff(found: DiffAnswer) -> None:
    click.echo(make_printable(f"From {found.old} to {found.new}:"))
    rows = ((each.kind, each.path, _describe_sizes(each)) for each in found.changes)
    print_table(("change", "file", "size"), rows, "No file changed.")
    click.echo(f"{count_things(found.unchanged, 'file')} unchanged.")
    for change in found.changes:
        if change.members is not None:
            _print_members(change.path, change.members)


def _print_members(path: str, found: MemberDiffAnswer) -> None:
    counts = {
        "added": found.added,
        "removed": found.removed,
        "changed": found.changed,
        "with other permissions": found.mode,
        "the same": found.unchanged,
    }
    told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    click.echo(make_printable(f"\nInside {path}: {told or 'no files'}."))
    if found.items:
        rows = ((each.kind, each.path, _describe_states(each)) for each in found.items)
        print_table(("change", "member", "size or mode"), rows, "")
    if found.next is not None:
        click.echo("There are more: --json has the cursor for the address .../diff/members.")


def _describe_states(change: MemberChangeAnswer) -> str:
    states = [each for each in (change.before, change.after) if each is not None]
    return " -> ".join(each.mode if change.kind == "mode" else show_size(each.size) for each in states)


def _describe_sizes(change: ChangeAnswer) -> str:
    sizes = [show_size(each.size) for each in (change.before, change.after) if each is not None]
    return " -> ".join(sizes)
