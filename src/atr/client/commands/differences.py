# SPDX-License-Identifier: Apache-2.0
"""`atr release diff`: what changed since another release or revision."""

import click

from atr.client.addresses import address_release
from atr.client.arguments import Parsed, release_argument
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import count_things, json_option, make_printable, print_json, print_table, show_size
from atr.domain.errors import Invalid
from atr.domain.names import ReleaseKey, Version
from atr.schema.releases import ReleaseAnswer
from atr.schema.revisions import ChangeAnswer, DiffAnswer

_REVISION_MARK = "@"
_MISSING = 404


def _parse_other(text: str) -> Version | int:
    if not text.startswith(_REVISION_MARK):
        return Version(text)
    if not text[1:].isdecimal():
        raise Invalid.field("other", f"{text!r} names no revision: write @ and its number, such as @2.")
    return int(text[1:])


@click.command("diff")
@release_argument
@click.argument("other", type=Parsed("other", _parse_other), required=False)
@json_option
def diff_releases(release: ReleaseKey, other: Version | int | None, as_json: bool) -> None:
    """Show which files changed since OTHER.

    OTHER is a version of the same product line, or a revision of this release written @NUMBER. Without it,
    the release before this one is meant, or the revision before the newest where there is none.
    """
    with Api() as api:
        found = _fetch_diff(api, release, other)
    if as_json:
        print_json(found)
    else:
        _print_diff(found)


def _fetch_diff(api: Api, release: ReleaseKey, other: Version | int | None) -> DiffAnswer:
    if isinstance(other, int):
        shown = api.get(address_release(release), ReleaseAnswer).shown_revision
        return _fetch_revisions(api, release, other, shown)
    if other is not None:
        return api.get(address_release(release, "diff"), DiffAnswer, {"other": other})
    shown = api.get(address_release(release), ReleaseAnswer).shown_revision
    try:
        return api.get(address_release(release, "diff"), DiffAnswer)
    except Failed as error:
        if error.status != _MISSING or shown == 0:
            raise
    return _fetch_revisions(api, release, shown - 1, shown)


def _fetch_revisions(api: Api, release: ReleaseKey, old: int, new: int) -> DiffAnswer:
    return api.get(address_release(release, "revisions", old, "diff", new), DiffAnswer)


def _print_diff(found: DiffAnswer) -> None:
    click.echo(make_printable(f"From {found.old} to {found.new}:"))
    rows = ((each.kind, each.path, _describe_sizes(each)) for each in found.changes)
    print_table(("change", "file", "size"), rows, "No file changed.")
    click.echo(f"{count_things(found.unchanged, 'file')} unchanged.")


def _describe_sizes(change: ChangeAnswer) -> str:
    sizes = [show_size(each.size) for each in (change.before, change.after) if each is not None]
    return " -> ".join(sizes)
