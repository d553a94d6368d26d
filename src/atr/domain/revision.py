# SPDX-License-Identifier: Apache-2.0
"""Revisions: immutable, numbered snapshots of a release's files, named by their manifest digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.errors import Conflict, Invalid, Problem
from atr.domain.names import FilePath, ReleaseKey

MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Revision:
    """A numbered snapshot; `files` are in order of their paths."""

    release: ReleaseKey
    number: int
    files: tuple[FileEntry, ...]
    created_at: datetime
    created_by: str
    description: str = ""

    @property
    def manifest(self) -> bytes:
        """Return the canonical text whose digest names the bytes: one `sha512  size  path` line a file."""
        return encode_manifest(self.files)

    @property
    def manifest_digest(self) -> Digest:
        """Return the digest that a vote is bound to."""
        return Digest("sha512", hashlib.sha512(self.manifest).hexdigest())

    def find_file(self, path: FilePath) -> FileEntry | None:
        """Return the file at the path, if it is there."""
        return next((entry for entry in self.files if entry.path == path), None)


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """What changed from one revision to another, by path."""

    added: tuple[FilePath, ...]
    removed: tuple[FilePath, ...]
    changed: tuple[FilePath, ...]


def encode_manifest(files: Iterable[FileEntry]) -> bytes:
    """Return the canonical manifest: JSON lines in path order, so no name can fake another line."""
    lines = (
        json.dumps([str(entry.path), entry.content.sha512.hex, entry.content.size], ensure_ascii=False)
        for entry in sorted(files, key=lambda entry: entry.path)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def change_files(
    base: Iterable[FileEntry], add: Mapping[FilePath, Content], remove: Iterable[FilePath]
) -> tuple[FileEntry, ...]:
    """Return the files after a change; raise Invalid or Conflict when it cannot be made as a whole."""
    files = {entry.path: entry for entry in base}
    gone = tuple(remove)
    missing = sorted(path for path in gone if path not in files)
    if missing:
        raise Invalid(*(Problem("remove", f"There is no file {path} to remove.") for path in missing))
    for path in gone:
        del files[path]
    files |= {path: FileEntry(path, content) for path, content in add.items()}
    _refuse_collisions(files)
    if len(files) > MOST_FILES:
        raise Invalid.field("add", f"A release holds at most {MOST_FILES} files.")
    return tuple(files[path] for path in sorted(files))


def _refuse_collisions(paths: Iterable[FilePath]) -> None:
    seen: dict[str, FilePath] = {}
    for path in sorted(paths):
        other = seen.setdefault(path.folded, path)
        if other != path:
            raise Conflict(f"{path} and {other} differ only by case or Unicode form: rename one of them.")
    for path in sorted(paths):
        parents = ("/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1))
        clash = next((FilePath(parent).folded for parent in parents if FilePath(parent).folded in seen), None)
        if clash is not None:
            raise Conflict(f"{seen[clash]} is a file, so {path} cannot stand below it: rename one of them.")


def compare_files(old: Iterable[FileEntry], new: Iterable[FileEntry]) -> RevisionDiff:
    """Return what was added, removed and changed."""
    before = {entry.path: entry.content.sha512 for entry in old}
    after = {entry.path: entry.content.sha512 for entry in new}
    return RevisionDiff(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(path for path in before.keys() & after.keys() if before[path] != after[path])),
    )
