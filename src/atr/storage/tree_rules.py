# SPDX-License-Identifier: Apache-2.0
"""What both kinds of published tree agree on: where things stand, and what is refused."""

from collections.abc import Iterable

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import LATEST, METADATA_FILE, Coordinate, KeysCoordinate
from atr.domain.errors import Conflict, Invalid, NotFound, Refused
from atr.domain.lifecycle import Stage
from atr.domain.names import ReleaseKey

PUBLISHED_STAGES = (Stage.CURRENT, Stage.ARCHIVED)


def locate_folder(stage: Stage, release: ReleaseKey) -> str:
    """Return the path of a release's folder below the root; raise Refused for candidates."""
    if stage not in PUBLISHED_STAGES:
        raise Refused("Candidates are not published: they are served from their revision.")
    return Coordinate.of(stage, release).path.removeprefix("/")


def locate_file(place: Coordinate | KeysCoordinate) -> str:
    """Return the path of a file below the root; raise NotFound for what is not a file."""
    if isinstance(place, Coordinate) and (place.file is None or place.version is LATEST):
        raise NotFound("file", place.path)
    return place.path.removeprefix("/")


def check_files(files: Iterable[FileEntry]) -> tuple[FileEntry, ...]:
    """Return the files; raise Invalid when one takes the place of the metadata."""
    entries = tuple(files)
    taken = [entry.path for entry in entries if entry.path.split("/")[0] == METADATA_FILE]
    if taken:
        raise Invalid.field(
            "path", f"{taken[0]}: the name {METADATA_FILE} is kept for the release's metadata."
        )
    return entries


def explain_conflict(stage: Stage, release: ReleaseKey) -> Conflict:
    """Return the error for coordinates that already hold something else."""
    return Conflict(f"Other files are already published as {stage} {release}: they never change.")
