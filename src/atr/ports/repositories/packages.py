# SPDX-License-Identifier: Apache-2.0
"""What files are as packages, read once and kept by their content."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from atr.domain.package import PackageFacts


class Packages(Protocol):
    """Facts by the key of a file; only ever added."""

    def find(self, keys: Iterable[str]) -> Mapping[str, PackageFacts | None]:
        """Return what is known, without documents, in one query; None for files that are no packages."""

    def read_document(self, key: str) -> bytes | None:
        """Return the metadata that clients fetch by itself, if the file has such."""

    def keep(self, key: str, facts: PackageFacts | None) -> None:
        """Keep what a file is; what is there already stays."""
