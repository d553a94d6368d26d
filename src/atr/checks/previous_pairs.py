# SPDX-License-Identifier: Apache-2.0
"""Which file of a release stands for which file of the release before."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from atr.domain.artifact import FileEntry, is_companion
from atr.domain.names import FilePath
from atr.domain.previous import PreviousRelease

_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:(?:[-.]?(?:rc|alpha|beta|a|b|m|dev|post))\.?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """A file with its counterpart, and the versions of before and after as far as somebody or names told."""

    before: FileEntry
    after: FileEntry
    versions: tuple[str, str]


def pair_artifacts(
    files: Mapping[FilePath, FileEntry], previous: PreviousRelease, version: str
) -> tuple[Pair, ...]:
    """Return the files that have a counterpart: of the same name, or of the same but for its numbers."""
    here = _by_shape(entry for entry in files.values() if not is_companion(entry.path))
    there = _by_shape(entry for entry in previous.files if not is_companion(entry.path))
    same = {entry.path: entry for entry in previous.files}
    told = (previous.version, version) if previous.version and version else None
    pairs: list[Pair] = []
    for shape, entries in here.items():
        alike = there.get(shape, [])
        for entry in entries:
            alone = alike[0] if len(alike) == len(entries) == 1 else None
            before = same.get(entry.path, alone)
            if before is not None:
                pairs.append(Pair(before, entry, told or _tell_versions(before, entry)))
    return tuple(pairs)


def list_missing(previous: PreviousRelease, pairs: Iterable[Pair]) -> Iterator[FileEntry]:
    """Yield the files of the release before that have no counterpart."""
    used = {pair.before.path for pair in pairs}
    return (entry for entry in previous.files if entry.path not in used and not is_companion(entry.path))


def _by_shape(entries: Iterable[FileEntry]) -> dict[str, list[FileEntry]]:
    shapes: defaultdict[str, list[FileEntry]] = defaultdict(list)
    for entry in entries:
        shapes[_NUMBER.sub("#", entry.path)].append(entry)
    return dict(shapes)


def _tell_versions(before: FileEntry, after: FileEntry) -> tuple[str, str]:
    """Return the first numbers that differ in both names."""
    numbers = zip(_NUMBER.findall(before.path), _NUMBER.findall(after.path), strict=False)
    return next(((old, new) for old, new in numbers if old != new), ("", ""))
