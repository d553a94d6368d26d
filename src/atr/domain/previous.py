# SPDX-License-Identifier: Apache-2.0
"""The release before this one, to be compared with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from atr.domain.artifact import FileEntry
from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, Version
from atr.domain.versions import VersionOrder, fits_order, rank_version

# In these phases a release was given to everybody, so that another one comes after it.
PUBLIC_PHASES = frozenset({Phase.RELEASED, Phase.ARCHIVED, Phase.END_OF_LIFE})


@dataclass(frozen=True, slots=True)
class PreviousRelease:
    """The files of the release before, with its version in their paths replaced by this release's.

    `version` is empty, and the paths are as they were, when nobody said which version it is.
    """

    version: str
    files: tuple[FileEntry, ...]


def find_version_before(version: Version, versions: Iterable[Version], order: VersionOrder) -> Version | None:
    """Return the highest of the versions that is lower than the given one."""
    rank = rank_version(version, order)
    ranked = [(rank_version(each, order), each) for each in versions if fits_order(each, order)]
    return max((each for each in ranked if each[0] < rank), default=(None, None))[1]


def rename_version(files: Iterable[FileEntry], old: Version, new: Version) -> tuple[FileEntry, ...]:
    """Return the files with one version in their paths replaced by the other."""
    return tuple(replace(entry, path=FilePath(entry.path.replace(old, new))) for entry in files)
