# SPDX-License-Identifier: Apache-2.0
"""What file names of a release mean: companions, artifacts, and documents that need no signature."""

import re

from atr.domain.artifact import CHECKSUM_SUFFIXES, SBOM_SUFFIXES, SIGNATURE_SUFFIX
from atr.domain.names import FilePath
from atr.formats.archive import find_suffix

WEAK_CHECKSUMS = (".sha1", ".sha")
COMPANIONS = (SIGNATURE_SUFFIX, ".sig", *CHECKSUM_SUFFIXES, *WEAK_CHECKSUMS, ".md5")
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
_DOCUMENT = re.compile(
    r"(?i)(readme|header|footer|changes|changelog|release[-_ ]?notes|announce(ment)?|install|notice|license"
    r"|disclaimer)([-_.][^/]*)?"
)
_EVIDENCE = (
    ".intoto.jsonl",
    ".sigstore.json",
    ".sigstore",
    ".prov",
    ".provenance",
    ".vex.json",
    ".openvex.json",
    "maven-metadata.xml",
)


def find_subject(path: FilePath) -> FilePath | None:
    """Return the file that a signature or checksum is of, or None when the path is neither."""
    lower = path.lower()
    suffix = next((suffix for suffix in COMPANIONS if lower.endswith(suffix)), None)
    if suffix is None or len(path.name) == len(suffix):
        return None
    return FilePath(path[: -len(suffix)])


def is_document(path: FilePath) -> bool:
    """Tell whether the file explains or proves a release rather than being part of it."""
    name = path.name
    lower = name.lower()
    return (
        lower.endswith((*SBOM_SUFFIXES, *_EVIDENCE))
        or name == "KEYS"
        or path.startswith(".")
        or (_DOCUMENT.fullmatch(name) is not None and find_suffix(name) is None)
    )


def is_artifact(path: FilePath) -> bool:
    """Tell whether the file needs a signature and a checksum; what is not known does."""
    return find_subject(path) is None and not is_document(path)


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
