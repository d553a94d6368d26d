# SPDX-License-Identifier: Apache-2.0
"""Where members are in an archive: below its root folder, and whether among tests or their data."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_TEST_FOLDER = re.compile(
    r"(?:^|/)(?:(?i:(?:[a-z0-9.]+[-_])?(?:tests?|testing|testcases?|testdata|fixtures?|golden|e2e|__tests__"
    r"|__fixtures__|__mocks__|__snapshots__|test[-_](?:data|resources?|files?|cases?|fixtures?|assets?|projects?)"
    r"|(?:integration|unit)[-_]?tests?)(?:[-_][a-z0-9]+)?)|src/it|[a-z]+Tests?(?:[A-Z]\w*)?|test[A-Z]\w*)/"
)
_DATA_FOLDER = re.compile(
    r"(?i)(?:^|/)(?:[\w.]+[-_])?(?:resources?|data|testdata|fixtures?|golden|snapshots?|__snapshots__|inputs?|outputs?"
    r"|expected|samples?|files|assets|cases|testcases?)(?:[-_]\w+)?/"
)
_TEST_FILE = re.compile(r"(?:^|/)(?:(?i:tests?[_.-])[^/]*|[^/]*(?i:[_.-]tests?[_.-])[^/]*|[^/]*Tests?\.\w+)$")
_DATA_TYPES = frozenset(
    {
        *("xml", "html", "htm", "xhtml", "xsd", "xsl", "wsdl", "yaml", "yml", "properties", "conf", "cfg"),
        *("ini", "toml", "sql", "hql", "cql", "md", "rst", "css"),
    }
)
_DOCS_FOLDER = re.compile(r"(?i)(?:^|/)(?:docs?|documentation)/")
_SHOW_FOLDER = re.compile(
    r"(?i)(?:^|/)(?:docs?|documentation|examples?|samples?|demos?|quickstarts?|tutorials?)/"
)


def is_among_tests(path: str) -> bool:
    """Tell whether a path is below a folder that holds tests or their data."""
    return _TEST_FOLDER.search(path) is not None


def is_test_file(path: str) -> bool:
    """Tell whether a file is among tests, or a test by its own name."""
    return is_among_tests(path) or _TEST_FILE.search(path) is not None


def is_test_data(path: str) -> bool:
    """Tell whether a file is what tests read, rather than the code of tests."""
    found = _TEST_FOLDER.search(path)
    if found is None:
        return False
    extension = path.rpartition(".")[2].lower()
    return extension in _DATA_TYPES or _DATA_FOLDER.search(path, found.start()) is not None


def is_documentation(path: str) -> bool:
    """Tell whether a file is below documentation."""
    return _DOCS_FOLDER.search(path) is not None


def is_for_show(path: str) -> bool:
    """Tell whether a file is below documentation or examples."""
    return _SHOW_FOLDER.search(path) is not None


def find_glob(globs: Iterable[str], place: str, path: str) -> str | None:
    """Return the first glob that fits a path below the root or as a whole; `*` does not stop at a slash."""
    return next((glob for glob in globs if fnmatchcase(place, glob) or fnmatchcase(path, glob)), None)


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

    def drop_root(self, path: str) -> str:
        """Return the path below the one root folder, or as it is when there is none."""
        return path.removeprefix(self._first or "") if self._is_single else path
