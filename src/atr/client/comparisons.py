# SPDX-License-Identifier: Apache-2.0
"""What `atr check` compares a release with, when it is told where: the release before, and a commit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import click

from atr.checks.git_commits import LocalCommits, RemoteCommits
from atr.checks.local_revision import LocalRevision, read_revision
from atr.checks.source_listing import FetchSource, refuse_source
from atr.client.arguments import FOLDER, VERSION
from atr.domain.artifact import Digest, FileEntry
from atr.domain.errors import Invalid
from atr.domain.names import Version
from atr.domain.previous import PreviousRelease, rename_version
from atr.domain.source import SOURCE_FILE, SourceReference, read_repository


class ComparisonOptions(TypedDict):
    """The options that say what to compare with."""

    previous: Path | None
    previous_version: Version | None
    repository: str | None
    commit: str | None
    source_folder: str | None


def comparison_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command those options."""
    for add in (
        click.option("--source-folder", metavar="PATH", help="Where in the repository the sources' root is."),
        click.option(
            "--commit", metavar="SHA", help=f"That commit; otherwise the one that {SOURCE_FILE} names."
        ),
        click.option(
            "--repository", metavar="PATH|URL", help="Compare the sources with a commit of this repository."
        ),
        click.option("--previous-version", type=VERSION, help="The version of the release before."),
        click.option("--previous", type=FOLDER, metavar="DIR", help="Compare with the release before."),
    ):
        command = add(command)
    return command


@dataclass(frozen=True, slots=True)
class Comparison:
    """What there is to compare with; `places` has the files of the release before by content."""

    previous: PreviousRelease | None
    source: SourceReference | None
    fetch_source: FetchSource
    places: Mapping[Digest, Path]


def read_comparison(options: ComparisonOptions, revision: LocalRevision, version: str) -> Comparison:
    """Return what to compare a release of that version with; raise Invalid or OSError."""
    before = read_revision([options["previous"]]) if options["previous"] else None
    reference, fetch = _find_commit(options, revision)
    return Comparison(
        previous=_describe_previous(before, options["previous_version"], version) if before else None,
        source=reference,
        fetch_source=fetch,
        places=map_contents(before) if before else {},
    )


def map_contents(revision: LocalRevision) -> dict[Digest, Path]:
    """Return where each content of a revision is."""
    return {entry.content.sha512: revision.sources[entry.path] for entry in revision.entries}


def _describe_previous(before: LocalRevision, old: Version | None, new: str) -> PreviousRelease:
    """Return the release before; only who knows both versions can replace one by the other."""
    if old is None or not new:
        return PreviousRelease("", before.entries)
    return PreviousRelease(old, rename_version(before.entries, old, Version(new)))


def _find_commit(
    options: ComparisonOptions, revision: LocalRevision
) -> tuple[SourceReference | None, FetchSource]:
    place = options["repository"]
    if place is None:
        if options["commit"] is not None:
            raise click.UsageError("Name the --repository that the commit is in.")
        return None, refuse_source
    named = _read_named(revision)
    commit = options["commit"] or (named.commit if named else None)
    if commit is None:
        raise click.UsageError(f"Name the --commit: there is no {SOURCE_FILE} that does.")
    folder = options["source_folder"]
    if folder is None:
        folder = named.folder if named else ""
    if Path(place).is_dir():
        return SourceReference(place, commit.lower(), folder), LocalCommits(Path(place))
    url = read_repository(place)
    return SourceReference(url, commit.lower(), folder), RemoteCommits((url,))


def _read_named(revision: LocalRevision) -> SourceReference | None:
    entry: FileEntry | None = next((each for each in revision.entries if each.path == SOURCE_FILE), None)
    try:
        return SourceReference.parse(revision.sources[entry.path].read_bytes()) if entry else None
    except Invalid:
        return None  # the check itself says what is wrong with it
