# SPDX-License-Identifier: Apache-2.0
"""Rebuilds: artifacts that somebody else built again, kept beside the release under the rebuilder's name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atr.domain.artifact import CHECKSUM_SUFFIXES, INTERNAL_FOLDER, SIGNATURE_SUFFIX
from atr.domain.errors import Invalid
from atr.domain.names import FilePath

REBUILDS_FOLDER = f"{INTERNAL_FOLDER}rebuilds/"
RECIPE_NAME = "rebuild.json"
LARGEST_RECIPE = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A file that somebody built, and the artifact of the release that it stands for."""

    path: FilePath
    rebuilder: str
    artifact: FilePath


def place_rebuilt(rebuilder: str, artifact: FilePath) -> FilePath:
    """Return where a rebuilt artifact is kept; raise Invalid for a name that no rebuilder can have."""
    if not _NAME.fullmatch(rebuilder):
        raise Invalid.field("rebuilder", f"{rebuilder!r} names no rebuilder: use letters, digits and . _ -")
    return FilePath(f"{REBUILDS_FOLDER}{rebuilder}/{artifact}")


def list_rebuilds(paths: Iterable[FilePath]) -> Iterator[Rebuilt]:
    """Yield what was rebuilt; recipes, signatures and checksums of rebuilders are nothing to compare."""
    for path in paths:
        rebuilder, _, artifact = path.removeprefix(REBUILDS_FOLDER).partition("/")
        is_rebuilt = path.startswith(REBUILDS_FOLDER) and artifact and artifact != RECIPE_NAME
        if is_rebuilt and not artifact.endswith((SIGNATURE_SUFFIX, *CHECKSUM_SUFFIXES)):
            yield Rebuilt(path, rebuilder, FilePath(artifact))
