# SPDX-License-Identifier: Apache-2.0
"""What a comparison found, as lists that stay short whatever was compared."""

from collections.abc import Iterable

from atr.checks.contract import clean_text
from atr.domain.check import FindingData

MOST_LISTED = 100
_LONGEST = 300  # characters of a path


class PathList:
    """Counts paths and keeps the first of them."""

    __slots__ = ("count", "first")

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.count = 0
        self.first: list[str] = []
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Count one more path."""
        self.count += 1
        if self.count <= MOST_LISTED:
            self.first.append(path if len(path) <= _LONGEST else f"{path[: _LONGEST - 1]}…")

    def phrase(self, words: str) -> str:
        """Return the number with what it is of, and the first path: `3 files are extra (a and others)`."""
        if not self.count:
            return ""
        others = " and others" if self.count > 1 else ""
        number = "1 file" if self.count == 1 else f"{self.count} files"
        return f"{number} {words} ({clean_text(self.first[0])}{others})"


def list_data(**lists: PathList) -> dict[str, FindingData]:
    """Return the lists as data of a finding: the first paths of each, and how many there are in all."""
    data: dict[str, FindingData] = {}
    for name, each in lists.items():
        data[name] = tuple(each.first)
        data[f"{name}_count"] = each.count
    return data


def join_phrases(*phrases: str) -> str:
    """Return what there is to say as one enumeration."""
    said = [phrase for phrase in phrases if phrase]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)
