# SPDX-License-Identifier: Apache-2.0
"""A release in a folder, and what the engine says about it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from atr.checks.contract import FindingCache
from atr.checks.engine import Engine, ForgetfulCache
from atr.checks.local_revision import read_revision
from atr.domain.check import Finding, RevisionFacts
from atr.domain.check_policy import CheckPolicy
from atr.domain.key import SigningKey
from atr.openpgp.keyring import LocalKeyring
from tests.support.archives import make_source, write_triple
from tests.support.keys import TestKey

NOW = datetime(2025, 7, 1, tzinfo=UTC)
NAME = "example-1.0-src.tar.gz"
FACTS = RevisionFacts("example", "main", "1.0", False, "rm", CheckPolicy(), NOW)
HARMLESS = {"archive.contents"}


@dataclass
class MemoryCache:
    """A cache that can be looked into."""

    kept: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    trees: dict[str, bytes] = field(default_factory=dict)

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        self.kept |= entries

    def find_tree(self, key: str) -> bytes | None:
        return self.trees.get(key)

    def keep_tree(self, key: str, tree: bytes) -> None:
        self.trees[key] = tree


@dataclass
class Release:
    """Files in a folder, the keys of the project, and the facts of the release."""

    folder: Path
    key: TestKey = field(default_factory=TestKey)
    facts: RevisionFacts = FACTS
    keys: tuple[SigningKey, ...] | None = None
    cache: FindingCache = field(default_factory=ForgetfulCache)
    progress: list[tuple[int, int]] = field(default_factory=list)
    change: Callable[[Engine], Engine] = field(default=lambda engine: engine)

    def add(self, name: str, content: bytes) -> Path:
        """Write an artifact with signature and checksum."""
        return write_triple(self.folder, name, content, self.key)

    def write(self, name: str, content: bytes = b"content") -> Path:
        """Write a file alone."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def add_source(self) -> Path:
        """Write a source artifact that every check is content with."""
        return self.add(NAME, make_source("example-1.0"))

    def describe(self, **facts: object) -> None:
        """Change facts of the release."""
        self.facts = replace(self.facts, **facts)  # type: ignore[arg-type]

    def examine(self, change: Callable[[Engine], Engine] = lambda engine: engine) -> tuple[Finding, ...]:
        """Return all findings of the folder as it is now."""
        revision = read_revision([self.folder])
        engine = Engine(lambda entry: revision.sources[entry.path].open("rb"), LocalKeyring(), self.cache)
        keys = (self.key.own(),) if self.keys is None else self.keys
        self.progress.clear()
        found = change(self.change(engine)).examine(
            self.facts, revision.entries, keys, lambda done, total: self.progress.append((done, total))
        )
        return revision.complete(found)

    @property
    def rules(self) -> list[str]:
        """Return the rules that found something, harmless notes left out."""
        return [finding.rule for finding in self.examine() if finding.rule not in HARMLESS]
