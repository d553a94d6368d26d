# SPDX-License-Identifier: Apache-2.0
"""What the files of a candidate say of themselves: as whose package, under which name and version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from atr.domain.artifact import FileEntry
from atr.domain.lifecycle import Phase
from atr.domain.names import Version
from atr.domain.versions import VersionOrder, sort_newest_first


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
    """Return the files of one ecosystem by the name of their package, the newest version last."""
    found: dict[str, list[PackageFile]] = {}
    for each in files:
        if each.facts.ecosystem is ecosystem and each.facts.name:
            found.setdefault(each.facts.name, []).append(each)
    return {name: _order_files(found[name]) for name in sorted(found)}


def order_versions(versions: Iterable[str]) -> tuple[str, ...]:
    """Return each version once, the newest last; what cannot be read as a version comes first."""
    given = set(versions)
    readable = {Version(each) for each in given if Version.pattern.fullmatch(each)}
    newest_first = sort_newest_first(readable, VersionOrder.SEMVER)
    return (*sorted(given - readable), *reversed(newest_first))


def _order_files(files: list[PackageFile]) -> tuple[PackageFile, ...]:
    order = order_versions(each.facts.version for each in files)
    return tuple(sorted(files, key=lambda each: (order.index(each.facts.version), each.entry.path)))
