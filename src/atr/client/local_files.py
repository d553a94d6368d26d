# SPDX-License-Identifier: Apache-2.0
"""Files of this machine as a release will have them: each with its path there and its digest."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from atr.client.failures import Failed
from atr.client.output import Advance
from atr.domain.errors import Invalid
from atr.domain.names import FilePath

BLOCK = 1024 * 1024
_WORKING_COPIES = frozenset({".svn", ".git"})


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file, the path it will have in the release, and its size in bytes."""

    path: FilePath
    source: Path
    size: int


def list_files(paths: Sequence[Path], folder: Path | None) -> tuple[LocalFile, ...]:
    """Return the files to send; raise Failed with every name that no release can have, or has twice.

    What is below a named folder keeps its path below it; with `folder`, everything its path below that.
    """
    found: dict[FilePath, LocalFile] = {}
    problems: list[str] = []
    for name, source in _list_named(paths, folder):
        try:
            path = FilePath(name)
        except Invalid as error:
            problems.append(str(error))
            continue
        if path in found and not found[path].source.samefile(source):
            problems.append(f"Two files would be {path}: {found[path].source} and {source}.")
        found[path] = LocalFile(path, source, source.stat().st_size)
    if problems:
        raise Failed(*problems)
    return tuple(found[path] for path in sorted(found))


def digest_file(file: LocalFile, advance: Advance) -> str:
    """Return the file's digest as `sha512:hex`, telling how many bytes were read."""
    digest = hashlib.sha512()
    with file.source.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
            advance(len(block))
    return f"sha512:{digest.hexdigest()}"


def read_blocks(file: LocalFile, offset: int, advance: Advance) -> Iterator[bytes]:
    """Yield the bytes of a file from an offset to its announced end, telling how many were taken."""
    left = file.size - offset
    with file.source.open("rb") as source:
        source.seek(offset)
        while left and (block := source.read(min(BLOCK, left))):
            left -= len(block)
            yield block
            advance(len(block))
    if left:
        raise Failed(f"{file.source} became shorter while it was sent.")


def _list_named(paths: Sequence[Path], folder: Path | None) -> Iterator[tuple[str, Path]]:
    if folder is None:
        for path in paths:
            yield from _walk(path) if path.is_dir() else [(path.name, path)]
        return
    for path in _place_below(paths or (folder,), folder):
        for _, source in _walk(path) if path.is_dir() else [("", path)]:
            yield source.resolve().relative_to(folder.resolve()).as_posix(), source


def _place_below(paths: Iterable[Path], folder: Path) -> Iterator[Path]:
    """Yield the paths, which may be written as seen from the folder or from here; all stand below it."""
    for path in paths:
        place = folder / path if (folder / path).exists() else path
        if not place.exists():
            raise Failed(f"There is no {path}, neither here nor in {folder}.")
        if not place.resolve().is_relative_to(folder.resolve()):
            raise Failed(f"{path} is not below {folder}.")
        yield place


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder; what a version control system keeps for itself is no part of it."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _WORKING_COPIES.intersection(relative.parts):
            yield relative.as_posix(), path
