# SPDX-License-Identifier: Apache-2.0
"""The examiner: the engine of checks over the store, its findings kept in the database."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from atr.checks.contract import ScanArchive
from atr.checks.engine import Engine
from atr.checks.git_commits import RemoteCommits
from atr.checks.onepass import scan_archive
from atr.checks.rat_audit import RatRunner
from atr.checks.rat_program import RatProgram
from atr.config import Settings
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding
from atr.ports.blobs import Blobs
from atr.ports.keyring import Keyring
from atr.services.door import Bookkeeping, Door, Work


@dataclass(frozen=True, slots=True)
class RecallFindings(Bookkeeping[dict[str, tuple[Finding, ...]]]):
    """Look up findings by cache key."""

    keys: frozenset[str]

    def note(self, work: Work) -> dict[str, tuple[Finding, ...]]:
        """Return what is kept under the keys."""
        return work.unit.checks.find_cached(self.keys)


@dataclass(frozen=True, slots=True)
class KeepFindings(Bookkeeping[None]):
    """Keep findings by cache key."""

    entries: dict[str, tuple[Finding, ...]]

    def note(self, work: Work) -> None:
        """Add what is not there yet."""
        work.unit.checks.keep_cached(self.entries)


@dataclass(frozen=True, slots=True)
class RecallTree(Bookkeeping[bytes | None]):
    """Look up what is inside an archive."""

    key: str

    def note(self, work: Work) -> bytes | None:
        """Return what is kept under the key."""
        return work.unit.checks.find_tree(self.key)


@dataclass(frozen=True, slots=True)
class KeepTree(Bookkeeping[None]):
    """Keep what is inside an archive."""

    key: str
    tree: bytes

    def note(self, work: Work) -> None:
        """Add it unless it is there."""
        work.unit.checks.keep_tree(self.key, self.tree)


@dataclass(frozen=True, slots=True)
class DoorCache:
    """The database as the engine's cache, each file's findings in a transaction of their own."""

    door: Door

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return the findings kept under those keys."""
        return self.door.keep(RecallFindings(keys)) if keys else {}

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep findings by key."""
        if entries:
            self.door.keep(KeepFindings(entries))

    def find_tree(self, key: str) -> bytes | None:
        """Return the list of an archive's members kept under the key, if there is one."""
        return self.door.keep(RecallTree(key))

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep the list of an archive's members."""
        self.door.keep(KeepTree(key, tree))


def build_examiner(
    door: Door,
    blobs: Blobs,
    keyring: Keyring,
    scan: ScanArchive = scan_archive,
    allowed: tuple[str, ...] = (),
    rat: RatRunner | None = None,
) -> Engine:
    """Return the engine that reads from the store and remembers in the database.

    `scan` carries out the passes through archives, in a sandbox wherever strangers' files are examined;
    at or below the `allowed` addresses commits are fetched to compare sources with; `rat` is Apache RAT,
    where it is set up.
    """

    def open_file(entry: FileEntry) -> AbstractContextManager[BinaryIO]:
        return blobs.open_file(entry.content.sha512)

    cache = DoorCache(door)
    return Engine(open_file, keyring, cache, scan=scan, fetch_source=RemoteCommits(allowed, cache), rat=rat)


def build_rat(settings: Settings) -> RatRunner | None:
    """Return Apache RAT as the settings have it, or None."""
    return None if settings.rat_jar is None else RatProgram(settings.rat_jar, settings.java)
