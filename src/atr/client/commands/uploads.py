# SPDX-License-Identifier: Apache-2.0
"""`atr upload`: files of this machine become one new revision."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, Unpack

import click

from atr.client.addresses import address_release
from atr.client.arguments import FILE_PATH, FOLDER, release_argument
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.local_files import LocalFile, digest_file, list_files
from atr.client.output import (
    count_things,
    json_option,
    print_done,
    print_facts,
    print_json,
    show_progress,
    show_size,
)
from atr.client.sending import Sender
from atr.client.statements import place_rebuilds, read_reference, with_source
from atr.domain.artifact import CHECKSUM_SUFFIXES
from atr.domain.artifact_names import is_artifact
from atr.domain.names import FilePath, ReleaseKey
from atr.schema.releases import ReleaseAnswer
from atr.schema.revisions import DiffAnswer, RevisionAnswer, RevisionCreate

_CONFLICT = 409


class _Change(TypedDict):
    """What the options say about the new revision."""

    remove: tuple[FilePath, ...]
    checksums: bool
    message: str
    repository: str | None
    commit: str | None
    source_folder: str
    rebuild: str | None


@click.command()
@release_argument
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILES]...")
@click.option(
    "--dir", "folder", type=FOLDER, metavar="DIR", help="Keep paths below DIR; alone: all below it."
)
@click.option("--remove", type=FILE_PATH, multiple=True, metavar="PATH", help="Also take this file out.")
@click.option("--checksums", is_flag=True, help="Have ATR make every .sha512 that is missing then.")
@click.option("--repository", metavar="URL", help="The sources are made of a commit of this repository.")
@click.option("--commit", metavar="SHA", help="That commit, with all its digits.")
@click.option("--source-folder", default="", metavar="PATH", help="Where in the repository their root is.")
@click.option("--rebuild", metavar="NAME", help="FILES are what NAME got by building the release again.")
@click.option("--message", "-m", default="", help="What the new revision is about.")
@json_option
def upload(
    release: ReleaseKey,
    files: tuple[Path, ...],
    folder: Path | None,
    as_json: bool,
    **change: Unpack[_Change],
) -> None:
    """Send FILES and make them one new revision of a candidate.

    Only content that the server lacks is sent, and what was cut off goes on where it stopped, also when the
    command is started again. A folder stands for everything below it, with the paths below it. Files of
    earlier revisions that are not named stay as they are.
    """
    remove, message = change["remove"], change["message"]
    reference = read_reference(change["repository"], change["commit"], change["source_folder"])
    if not files and folder is None and not remove and reference is None:
        raise click.UsageError("Name the files to send, or a folder with --dir.")
    missing = [path for path in files if folder is None and not path.exists()]
    if missing:
        raise click.UsageError(f"There is no file {missing[0]}.")
    found = list_files(files, folder) if files or folder else ()
    with with_source(place_rebuilds(found, change["rebuild"]), reference) as local, Api() as api:
        base = api.get(address_release(release), ReleaseAnswer).newest_revision
        add = _send_files(api, release, local)
        body = make_body(RevisionCreate, base=base, add=add, remove=remove, description=message)
        made = add_revision(api, release, body)
        if change["checksums"] and lacks_checksum(made):
            made = create_checksums(api, release)
    if as_json:
        print_json(made)
    else:
        print_revision(release, made)


def lacks_checksum(made: RevisionAnswer) -> bool:
    """Tell whether an artifact of the revision has no checksum beside it."""
    paths = {file.path for file in made.files}
    return any(
        is_artifact(FilePath(file.path))
        and file.size
        and not any(f"{file.path}{suffix}" in paths for suffix in CHECKSUM_SUFFIXES)
        for file in made.files
    )


def create_checksums(api: Api, release: ReleaseKey) -> RevisionAnswer:
    """Have ATR make the missing checksums; return the revision that has them."""
    return api.post(address_release(release, "checksums"), None, RevisionAnswer)


def _send_files(api: Api, release: ReleaseKey, files: tuple[LocalFile, ...]) -> dict[FilePath, str]:
    total = sum(file.size for file in files)
    with show_progress("Reading", total) as advance:
        digests = {file.path: digest_file(file, advance) for file in files}
    with show_progress("Sending", total) as advance:
        sender = Sender(api, release, advance)
        for file in files:
            sender.send(file, digests[file.path])
    return digests


def add_revision(api: Api, release: ReleaseKey, body: RevisionCreate) -> RevisionAnswer:
    """Make the revision; on top of somebody else's newer one if that touches other files."""
    address = address_release(release, "revisions")
    unchanged = _find_unchanged(api, release, body)
    if unchanged is not None:
        return unchanged
    try:
        return api.post(address, body, RevisionAnswer)
    except Failed as error:
        if error.status != _CONFLICT:
            raise
        newest = _find_free_base(api, release, body)
        if newest == body.base:
            raise
    return api.post(address, body.model_copy(update={"base": newest}), RevisionAnswer)


def _find_unchanged(api: Api, release: ReleaseKey, body: RevisionCreate) -> RevisionAnswer | None:
    """Return the base if it is what would come out: the command was started again after its end."""
    if body.base == 0 or body.remove:
        return None
    found = api.get(address_release(release, "revisions", body.base), RevisionAnswer)
    there: Mapping[str, str] = {file.path: file.sha512 for file in found.files}
    return found if body.add.items() <= there.items() else None


def _find_free_base(api: Api, release: ReleaseKey, body: RevisionCreate) -> int:
    """Return the newest revision if it changed none of our files since the base; raise Failed otherwise."""
    newest = api.get(address_release(release), ReleaseAnswer).newest_revision
    since = api.get(address_release(release, "revisions", body.base, "diff", newest), DiffAnswer)
    clashes = sorted({change.path for change in since.changes} & {*body.add, *body.remove})
    if clashes:
        files = ", ".join(clashes)
        raise Failed(f"Revision {newest} was made meanwhile and changed the same: {files}. Look at it first.")
    return newest


def print_revision(release: ReleaseKey, made: RevisionAnswer) -> None:
    """Print what a new revision holds."""
    print_done(f"{release} has revision {made.number}.")
    print_facts(
        (
            ("files", f"{count_things(made.file_count, 'file')}, {show_size(made.total_size)}"),
            ("manifest", made.manifest_digest),
        )
    )
