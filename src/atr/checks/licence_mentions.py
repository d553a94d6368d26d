# SPDX-License-Identifier: Apache-2.0
"""What the LICENSE of an archive mentions: licences by name, text or pointer, parts by path or name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from atr.formats.licence_names import same_family
from atr.formats.licence_sections import read_licence_file
from atr.formats.licence_words import read_words

_GLOB = re.compile(r"[\w./@+*-]+")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*")
_LEAST_GLOB = 3  # characters besides stars
_MOST_GLOBS = 200
_MOST_PATHS = 50_000
_DEEPEST = 12
_LEAST_NAME = 6  # characters of a file name that means something by itself
_PLAIN = frozenset(
    {
        "assets", "bundled", "common", "contrib", "core", "css", "dist", "docs", "ext", "external",
        "fonts", "include", "js", "legal", "lib", "libs", "license", "licenses", "main",
        "node_modules", "package", "packages", "parts", "python", "resources", "scripts", "src",
        "static", "test", "tests", "third_party", "thirdparty", "tools", "util", "utils", "vendor",
        "vendored",
    }
)  # fmt: skip


class Mentions:
    """Answers whether LICENSE mentions a licence or a part; `texts` are licences of legal files by path."""

    def __init__(self, text: str, own: str, texts: Mapping[str, tuple[str, ...]]) -> None:
        document = read_licence_file(text, own)
        self._rest = document.rest.replace("\\", "/")
        self._words = f" {' '.join(read_words(self._rest))} "
        words = (word for word in _GLOB.findall(self._rest) if "*" in word)
        self._globs = [word for word in words if len(word.strip("*./")) >= _LEAST_GLOB][:_MOST_GLOBS]
        self._paths = set(_list_ends(_PATH.findall(self._rest)[:_MOST_PATHS]))
        self._licences = {own, *document.licences}
        for path, licences in texts.items():
            if self._points_to(path, document.pointers):
                self._licences.update(licences)

    @staticmethod
    def _points_to(path: str, pointers: Iterable[str]) -> bool:
        name = path.rpartition("/")[2]
        return any(path.endswith(pointer) or pointer.endswith(f"/{name}") for pointer in pointers)

    def names_licence(self, licences: Iterable[str]) -> bool:
        """Tell whether one of the licences, a choice, is named or stands there in full."""
        return any(same_family(licence, known) for licence in licences for known in self._licences)

    def names_path(self, path: str) -> bool:
        """Tell whether a file is named by path, as a whole or by its end, by its folder, or by a glob."""
        parts = path.split("/")
        if len(parts[-1]) >= _LEAST_NAME and "." in parts[-1] and parts[-1] in self._paths:
            return True
        deepest = parts[-_DEEPEST:]
        lengths = range(len(deepest), 1, -1)
        if any("/".join(deepest[at:end]) in self._paths for end in lengths for at in range(end - 1)):
            return True
        return any(fnmatchcase(path, f"*{glob}") for glob in self._globs)

    def names_part(self, folder: str) -> bool:
        """Tell whether the last folder of a path, unless it means nothing, is named as a part."""
        words = read_words(folder.rpartition("/")[2])
        if not words or set(words) <= _PLAIN:
            return False
        return f" {' '.join(words)} " in self._words


def _list_ends(paths: Iterable[str]) -> Iterator[str]:
    """Yield each path and what remains of it without its first folders, which a package may lack."""
    for path in paths:
        parts = path.rstrip(".").split("/")
        yield from ("/".join(parts[at:]) for at in range(min(len(parts), _DEEPEST)))
