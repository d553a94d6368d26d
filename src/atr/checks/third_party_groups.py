# SPDX-License-Identifier: Apache-2.0
"""Files of third parties by licence and folder: how many, and some of their paths."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from atr.domain.licence import AllLicences, list_licences
from atr.formats.licence_expression import parse_expression

_MOST_GROUPS = 1000
_MOST_PATHS = 20


@dataclass(slots=True)
class FileGroup:
    """Files under the same licence: how many, and the first paths."""

    count: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """Count a file."""
        self.count += 1
        if len(self.paths) < _MOST_PATHS:
            self.paths.append(path)

    def join(self, other: "FileGroup") -> None:
        """Take the files of another group in."""
        self.count += other.count
        self.paths += other.paths[: _MOST_PATHS - len(self.paths)]


Groups = dict[tuple[str, str], FileGroup]  # by expression and folder


def add_file(groups: Groups, expression: str, path: str) -> None:
    """Note a file under a licence; folders beyond the thousandth are not told apart."""
    key = (expression, path.rpartition("/")[0])
    if key not in groups and len(groups) >= _MOST_GROUPS:
        key = (expression, "")
    groups.setdefault(key, FileGroup()).add(path)


def gather_groups(headers: Groups, texts: Mapping[str, tuple[str, ...]], own: str) -> Groups:
    """Return the files by expression and top folder, without what may be taken as the project's licence."""
    groups: Groups = {}
    for path, licences in texts.items():
        for expression in licences:
            if not _offers(expression, own):
                groups.setdefault((expression, _find_top(path)), FileGroup()).add(path)
    for (expression, _), group in headers.items():
        if not _offers(expression, own):
            groups.setdefault((expression, _find_top(group.paths[0])), FileGroup()).join(group)
    return groups


def _offers(expression: str, own: str) -> bool:
    tree = parse_expression(expression)
    return own in list_licences(tree) and not isinstance(tree, AllLicences)


def _find_top(path: str) -> str:
    """Return the folder below the root folder, or the root folder itself."""
    parts = path.split("/")
    return "/".join(parts[: min(2, len(parts) - 1)])
