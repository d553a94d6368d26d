# SPDX-License-Identifier: Apache-2.0
"""The release before this one, to be compared with."""

from dataclasses import dataclass

from atr.domain.artifact import FileEntry


@dataclass(frozen=True, slots=True)
class PreviousRelease:
    """The files of the release before; `version` is empty, and paths are as they were, when nobody said which.

    Otherwise the version in their paths has been replaced by this release's.
    """

    version: str
    files: tuple[FileEntry, ...]
