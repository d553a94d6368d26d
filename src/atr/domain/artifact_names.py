# SPDX-License-Identifier: Apache-2.0
"""What file names of a release mean: companions, artifacts, and documents that need no signature."""

import re

from atr.domain.artifact import CHECKSUM_SUFFIXES, SBOM_SUFFIXES, SIGNATURE_SUFFIX, Digest
from atr.domain.names import FilePath

WEAK_CHECKSUMS = (".sha1", ".sha")
COMPANIONS = (SIGNATURE_SUFFIX, ".sig", *CHECKSUM_SUFFIXES, *WEAK_CHECKSUMS, ".md5")
_ARCHIVES = (
    ".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz", ".tbz2", ".txz", ".zip", ".crate", ".gem", ".jar", ".war",
    ".ear", ".aar", ".kar", ".nar", ".whl", ".nupkg", ".snupkg", ".vsix", ".nbm",
)  # fmt: skip
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
        or (_DOCUMENT.fullmatch(name) is not None and not lower.endswith(_ARCHIVES))
    )


def is_artifact(path: FilePath) -> bool:
    """Tell whether the file needs a signature and a checksum; what is not known does."""
    return find_subject(path) is None and not is_document(path)


def write_checksum(name: str, digest: Digest) -> bytes:
    """Return a checksum file for one file, in the form that `sha512sum --check` reads."""
    return f"{digest.hex}  {name}\n".encode()
