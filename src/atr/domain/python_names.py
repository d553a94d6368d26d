# SPDX-License-Identifier: Apache-2.0
"""Names in Python's world: which files are wheels or source distributions of a package (PEP 427, 625)."""

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from atr.domain.names import FilePath

_WHEEL = re.compile(r"([^-]+)-([^-]+)(?:-[0-9][^-]*)?-[^-]+-[^-]+-[^-]+\.whl")
_SDIST = ".tar.gz"
_WORDS = MappingProxyType({"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"})
_WORD = re.compile(r"[-_.]?(alpha|beta|preview|pre|post|dev|rc|a|b|c)[-_.]?")
_ZEROES = re.compile(r"(?:\.0+)+(?=[a-z+]|$)")


def find_wheels(paths: Iterable[FilePath], package: str, version: str) -> tuple[FilePath, ...]:
    """Return the wheels of this version of the package."""
    named = ((path, _WHEEL.fullmatch(path.name)) for path in paths)
    return tuple(path for path, found in named if found and _is_of(found[1], found[2], package, version))


def find_sdists(paths: Iterable[FilePath], package: str, version: str) -> tuple[FilePath, ...]:
    """Return the source distribution: one named by PEP 625 rather than others that are named alike."""
    own = tuple(path for path in paths if _is_sdist(path.name, package, version))
    strict = tuple(path for path in own if path.name.startswith(f"{_normalise(package, '_')}-"))
    return strict or own


def _is_sdist(name: str, package: str, version: str) -> bool:
    if not name.endswith(_SDIST):
        return False
    return any(_is_of(*halves, package, version) for halves in _split_anywhere(name.removesuffix(_SDIST)))


def _split_anywhere(stem: str) -> Iterator[tuple[str, str]]:
    for place, character in enumerate(stem):
        if character == "-":
            yield stem[:place], stem[place + 1 :]


def _is_of(name: str, number: str, package: str, version: str) -> bool:
    return _normalise(name) == _normalise(package) and _fold_version(number) == _fold_version(version)


def _normalise(name: str, hyphen: str = "-") -> str:
    """Return the name in the form in which equal names are equal (PEP 503)."""
    return re.sub(r"[-_.]+", hyphen, name).lower()


def _fold_version(version: str) -> str:
    """Return the version in a form in which equal versions are equal (PEP 440, roughly)."""
    folded = _WORD.sub(lambda found: _WORDS.get(found[1], found[1]), version.lower().removeprefix("v"))
    return _ZEROES.sub("", folded)
