# SPDX-License-Identifier: Apache-2.0
"""`atr download`: the files of a release, each compared with what the server says it is."""

from functools import partial
from pathlib import Path

import click

from atr.client.addresses import address_file, address_release
from atr.client.arguments import release_argument
from atr.client.failures import Failed
from atr.client.fetching import Wanted, has_file, receive_file
from atr.client.http import Api
from atr.client.output import count_things, json_option, print_done, print_facts, print_json, show_progress
from atr.client.public_site import PublicSite
from atr.domain.names import FilePath, ReleaseKey
from atr.schema.files import FileAnswer
from atr.schema.releases import ReleaseAnswer
from atr.schema.revisions import RevisionAnswer


@click.command()
@release_argument
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put them; a new folder named like the release unless given.",
)
@click.option(
    "--with-evidence", is_flag=True, help="Also KEYS and release.json, with which they are verified."
)
@click.option("--force", is_flag=True, help="Replace files that are there with other content.")
@json_option
def download(
    release: ReleaseKey, folder: Path | None, with_evidence: bool, force: bool, as_json: bool
) -> None:
    """Receive all files of a release: of the sealed revision, or of the newest one before that.

    A file gets its name only when it has arrived whole and has the digest it should have.
    """
    place = folder or Path(release.storage_key.replace("/", "-").replace("-main-", "-"))
    with Api() as api:
        shown = api.get(address_release(release), ReleaseAnswer)
        if shown.shown_revision == 0:
            raise Failed(f"{release} has no files yet.")
        revision = api.get(address_release(release, "revisions", shown.shown_revision), RevisionAnswer)
        _receive_files(api, release, revision, place, force=force)
        if with_evidence:
            with PublicSite(api.login.url) as site:
                site.save_evidence(shown.path, place)
    if as_json:
        print_json(revision)
        return
    print_done(f"{count_things(revision.file_count, 'file')} of {release} in {place}.")
    print_facts((("revision", revision.number), ("manifest", revision.manifest_digest)))


def _receive_files(
    api: Api, release: ReleaseKey, revision: RevisionAnswer, place: Path, *, force: bool
) -> None:
    with show_progress("Receiving", revision.total_size) as advance:
        for file in revision.files:
            wanted = _want(file, place)
            if not force and has_file(wanted):
                advance(file.size)
                continue
            address = address_file(release, revision.number, FilePath(file.path))
            receive_file(wanted, partial(api.stream, address), advance)


def _want(file: FileAnswer, place: Path) -> Wanted:
    """Return where the file goes; a path that leads out of the folder is Invalid as FilePath."""
    return Wanted(place / FilePath(file.path), file.size, file.sha512.partition(":")[2])
