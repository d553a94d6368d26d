# SPDX-License-Identifier: Apache-2.0
"""Files of this machine as if they were a revision, each read once to be hashed."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from atr.checks.file_names import NO_SOURCE, describe_unusable
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.artifact_names import COMPANIONS
from atr.domain.check import Finding
from atr.domain.errors import Invalid
from atr.domain.names import FilePath

_PIECE = 1024 * 1024
_WORKING_COPIES = frozenset({".svn", ".git"})


@dataclass(frozen=True, slots=True)
class LocalRevision:
    """The files with their contents, where they are, and names that no release can have.

    `is_whole` is false when single files were named: then nobody can say what is missing beside them.
    """

    entries: tuple[FileEntry, ...]
    sources: dict[FilePath, Path]
    unusable: tuple[Finding, ...]
    is_whole: bool

    def complete(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the engine's findings with those about the names, in their order."""
        wanted = (finding for finding in findings if self.is_whole or finding.rule != NO_SOURCE.id)
        return tuple(sorted((*wanted, *self.unusable), key=lambda finding: finding.order))


def read_revision(paths: Sequence[Path]) -> LocalRevision:
    """Read folders, and files with their signatures and checksums; raise Invalid for two of one name."""
    sources: dict[FilePath, Path] = {}
    unusable: list[Finding] = []
    for raw, path in _list_files(paths):
        try:
            name = FilePath(raw)
        except Invalid as error:
            unusable.append(describe_unusable(raw, str(error)))
            continue
        if name in sources and not sources[name].samefile(path):
            raise Invalid.field("path", f"Two files have the name {name}: {sources[name]} and {path}.")
        sources[name] = path
    entries = tuple(FileEntry(name, hash_file(path)) for name, path in sorted(sources.items()))
    return LocalRevision(entries, sources, tuple(unusable), any(path.is_dir() for path in paths))


def hash_file(path: Path) -> Content:
    """Return both digests and the size of a file, read once."""
    sha512, sha256, size = hashlib.sha512(), hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            sha512.update(piece)
            sha256.update(piece)
            size += len(piece)
    return Content(Digest("sha512", sha512.hexdigest()), Digest("sha256", sha256.hexdigest()), size)


def _list_files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        else:
            beside = (path.with_name(f"{path.name}{suffix}") for suffix in COMPANIONS)
            yield from ((each.name, each) for each in (path, *beside) if each.is_file())


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder; what a version control system keeps for itself is no part of it."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _WORKING_COPIES.intersection(relative.parts):
            yield relative.as_posix(), path
