# SPDX-License-Identifier: Apache-2.0
"""Where members are in an archive: below its root folder, and whether among data for tests."""

import re

_TEST_FOLDER = re.compile(
    r"(?i)(?:^|/)(?:[a-z0-9.]+[-_])?(?:tests?|testing|testcases?|testdata|test[-_](?:data|resources?|files?|cases?|"
    r"fixtures?|assets?|projects?)|fixtures?|__tests__|__fixtures__|__mocks__|__snapshots__|e2e|src/it|"
    r"integration[-_]tests?|unit[-_]?tests?|golden(?:[-_]?files?)?)(?:[-_][a-z0-9]+)?/"
)


def is_among_tests(path: str) -> bool:
    """Tell whether a path is below a folder that holds tests or their data."""
    return _TEST_FOLDER.search(path) is not None


class RootFinder:
    """Learns from the paths of all files whether an archive unpacks into one folder."""

    __slots__ = ("_first", "_is_single")

    def __init__(self) -> None:
        """Know nothing yet."""
        self._first: str | None = None
        self._is_single = True

    def note(self, path: str) -> None:
        """Take notice of a file."""
        first = self._first
        if first is None:
            root, slash, _ = path.partition("/")
            self._first = f"{root}/" if slash else ""
            self._is_single = bool(slash)
        elif self._is_single and not path.startswith(first):
            self._is_single = False

    def strip(self, path: str) -> str:
        """Return the path below the one root folder, or as it is when there is none."""
        return path.removeprefix(self._first or "") if self._is_single else path
