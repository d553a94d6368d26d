# SPDX-License-Identifier: Apache-2.0
"""From a file to what it is as a package: which files are looked into, and by which reader."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import BinaryIO

from atr.domain.artifact import FileEntry
from atr.domain.names import FilePath
from atr.domain.package import PackageFacts
from atr.formats.budget import Budget
from atr.formats.image_places import IMAGE_SUFFIX, read_places
from atr.formats.maven_file import MAVEN_SUFFIXES, read_maven_file
from atr.formats.npm_package import read_npm
from atr.formats.python_package import read_sdist, read_wheel

EDITION = 1
"""Part of every key: what an older reader found is not taken for what this one would."""

Reader = Callable[[str, BinaryIO, Budget], PackageFacts | None]

_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        IMAGE_SUFFIX: read_places,
        ".whl": read_wheel,
        ".tar.gz": read_sdist,
        ".tgz": read_npm,
        **dict.fromkeys(MAVEN_SUFFIXES, read_maven_file),
    }
)


def make_package_key(entry: FileEntry) -> str | None:
    """Return the key under which a file's facts are kept: its name decides, too; None for no package."""
    suffix = _find_suffix(entry.path)
    return None if suffix is None else f"{EDITION} {entry.path.name} {entry.content.sha512}"


def read_package(path: FilePath, file: BinaryIO, budget: Budget) -> PackageFacts | None:
    """Return what the file is as a package; None when it is none, or not what its name says."""
    suffix = _find_suffix(path)
    return None if suffix is None else _READERS[suffix](path.name, file, budget)


def _find_suffix(path: str) -> str | None:
    return next((suffix for suffix in _READERS if path.endswith(suffix)), None)
