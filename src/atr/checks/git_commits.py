# SPDX-License-Identifier: Apache-2.0
"""Listing what a git commit holds, fetched from an allowed address or read from a clone on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from backports import zstd

from atr.checks.git_program import GitProgram, make_scratch
from atr.checks.source_listing import SourceListing, SourceNotAllowed, SourceUnavailable
from atr.domain.source import SourceReference, is_below

_SHORT = 40  # hexadecimal digits of a SHA-1, by which trees know their files
_KEY_VERSION = 1


class ListingCache(Protocol):
    """Where listings are kept: a commit never changes. The cache of the checks has these methods too."""

    def find_tree(self, key: str) -> bytes | None:
        """Return what is kept under the key, if there is anything."""

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep it; what is there already stays."""


class NoListings:
    """Keeps nothing, for those who ask once."""

    def find_tree(self, key: str) -> bytes | None:  # noqa: ARG002
        """Return nothing."""
        return None

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class RemoteCommits:
    """Commits of repositories at or below the allowed https addresses; none are allowed unless named."""

    allowed: tuple[str, ...] = ()
    cache: ListingCache = field(default_factory=NoListings)
    program: GitProgram = field(default_factory=GitProgram)

    def __call__(self, reference: SourceReference) -> SourceListing:
        """Return what the commit holds; raise SourceNotAllowed or SourceUnavailable."""
        if not is_below(reference.repository, self.allowed):
            raise SourceNotAllowed(
                f"Nothing was compared with {reference}: source_repositories does not list its address."
            )
        _refuse_long(reference)
        key = f"git{_KEY_VERSION} {reference.commit} {reference.repository}"
        kept = self.cache.find_tree(key)
        listed = zstd.decompress(kept) if kept is not None else self._fetch(reference)
        if kept is None:
            self.cache.keep_tree(key, zstd.compress(listed))
        return read_listing(listed)

    def _fetch(self, reference: SourceReference) -> bytes:
        with make_scratch() as scratch:
            git = GitProgram(
                "https", (), (scratch,), seconds=self.program.seconds, ca_file=self.program.ca_file
            )
            git.run(scratch, "init", "--bare", "--quiet", "--template=", "--object-format=sha1", ".")
            wanted = ("--depth=1", "--filter=blob:none", "--no-tags", "--no-write-fetch-head", "--quiet")
            git.run(scratch, "fetch", *wanted, "--", reference.repository, reference.commit)
            return _list_commit(git, scratch, reference)


@dataclass(frozen=True, slots=True)
class LocalCommits:
    """Commits of a clone on this machine, which is read as it stands and never written to."""

    folder: Path
    seconds: float = 300.0

    def __call__(self, reference: SourceReference) -> SourceListing:
        """Return what the commit holds; raise SourceUnavailable."""
        _refuse_long(reference)
        # A worktree or a borrowed store of objects leads anywhere; nothing can be written and nothing sent.
        git = GitProgram("none", (Path("/"),), seconds=self.seconds)
        return read_listing(_list_commit(git, self.folder.resolve(), reference))


def _list_commit(git: GitProgram, folder: Path, reference: SourceReference) -> bytes:
    return git.run(folder, "ls-tree", "-r", "-z", "--full-tree", f"{reference.commit}^{{commit}}")


def _refuse_long(reference: SourceReference) -> None:
    if len(reference.commit) != _SHORT:
        raise SourceUnavailable(
            "Its repository names everything by SHA-256; archives are compared by SHA-1 names of files only."
        )


def read_listing(listed: bytes) -> SourceListing:
    """Return the listing that `git ls-tree -r -z` wrote."""
    files: dict[str, str] = {}
    submodules: set[str] = set()
    for kind, name, path in _split_lines(listed):
        if kind == "blob":
            files[path] = name
        else:
            submodules.add(path)
    return SourceListing(files, frozenset(submodules))


def _split_lines(listed: bytes) -> Iterator[tuple[str, str, str]]:
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        described, tab, path = line.partition("\t")
        words = described.split()
        if tab and len(words) == 3:
            yield words[1], words[2], path
