# SPDX-License-Identifier: Apache-2.0
"""What file names of a release mean beyond companions: packages, and names that say the same."""

import re

from atr.domain.artifact_names import find_subject, is_document
from atr.domain.names import FilePath
from atr.formats.archive import find_suffix

_PACKAGES = (
    ".deb",
    ".rpm",
    ".apk",
    ".msi",
    ".exe",
    ".dmg",
    ".pkg",
    ".pom",
    ".module",
    ".buildinfo",
    ".so",
    ".dll",
    ".dylib",
    ".jmod",
    ".pdf",
)


def is_understood(path: FilePath) -> bool:
    """Tell whether the name says what the file is."""
    known = find_suffix(path.name) is not None or path.lower().endswith(_PACKAGES)
    return known or find_subject(path) is not None or is_document(path)


def normalise_name(name: str) -> str:
    """Return a name in which case and the joints between words do not matter."""
    return re.sub(r"[-_.+~]+", "-", name).lower()


def strip_kind(name: str) -> str:
    """Return a normalised name without the word that tells a source from a binary archive."""
    return re.sub(r"-(src|source|sources|source-release|bin|binary)$", "", normalise_name(name))
