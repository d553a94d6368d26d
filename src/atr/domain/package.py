# SPDX-License-Identifier: Apache-2.0
"""What the files of a candidate say of themselves: as whose package, under which name and version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from atr.domain.artifact import FileEntry
from atr.domain.lifecycle import Phase


class Ecosystem(StrEnum):
    """Whose clients install a package."""

    PYTHON = "python"
    NPM = "npm"
    OCI = "oci"
    MAVEN = "maven"


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """One file as a package, by its own metadata alone.

    `details` is what an index of its ecosystem repeats, as JSON; `document` is metadata that clients fetch
    by itself, empty where they do not.
    """

    ecosystem: Ecosystem
    name: str
    version: str
    details: str = "{}"
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a revision with what it is as a package."""

    entry: FileEntry
    facts: PackageFacts


INSTALLABLE_PHASES = frozenset({Phase.EVALUATE, Phase.TEST, Phase.VOTE, Phase.DISTRIBUTE, Phase.ANNOUNCE})
"""While a candidate is sealed and not yet announced, clients can install it from ATR."""
DROPPED_PHASES = frozenset({Phase.FAILED, Phase.ABANDONED, Phase.REVOKED})


def list_packages(
    files: Iterable[PackageFile], ecosystem: Ecosystem
) -> Mapping[str, tuple[PackageFile, ...]]:
    """Return the files of one ecosystem by the name of their package, in order."""
    found: dict[str, list[PackageFile]] = {}
    for each in files:
        if each.facts.ecosystem is ecosystem:
            found.setdefault(each.facts.name, []).append(each)
    return {name: tuple(found[name]) for name in sorted(found)}
