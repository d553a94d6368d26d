# SPDX-License-Identifier: Apache-2.0
"""Files by content, and the triples of file, signature and checksums that people download."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from atr.domain.errors import Invalid
from atr.domain.names import FilePath

SIGNATURE_SUFFIX = ".asc"
CHECKSUM_SUFFIXES = (".sha512", ".sha256")
INTERNAL_FOLDER = ".atr/"  # what is voted on with a release, but not offered to those who download it
SBOM_SUFFIXES = (".cdx.json", ".cdx.xml", ".bom.json", ".bom.xml", ".spdx.json", ".spdx")
_HEX_LENGTHS = {"sha256": 64, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """The digest of some bytes, written `sha512:hex`."""

    algorithm: str
    hex: str

    def __post_init__(self) -> None:
        """Raise Invalid unless the hexadecimal part fits the algorithm."""
        if _HEX_LENGTHS.get(self.algorithm) != len(self.hex) or not _HEX.fullmatch(self.hex):
            raise Invalid.field(
                "digest", f"{self} is not a digest: write sha512: or sha256: and lower-case hex."
            )

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `sha512:hex`; raise Invalid when it is not of that form."""
        algorithm, _, hexadecimal = text.partition(":")
        return cls(algorithm, hexadecimal)


@dataclass(frozen=True, slots=True)
class Content:
    """Some bytes in the store: both digests, and the size in bytes."""

    sha512: Digest
    sha256: Digest
    size: int


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a revision."""

    path: FilePath
    content: Content


@dataclass(frozen=True, slots=True)
class Artifact:
    """A downloadable file with its signature, checksums and SBOMs, as far as they are there."""

    file: FilePath
    signature: FilePath | None
    checksums: tuple[FilePath, ...]
    sboms: tuple[FilePath, ...]

    @property
    def paths(self) -> tuple[FilePath, ...]:
        """Return the file and everything that belongs to it."""
        signature = () if self.signature is None else (self.signature,)
        return (self.file, *signature, *self.checksums, *self.sboms)


def is_companion(path: FilePath) -> bool:
    """Tell whether the path is a signature, checksum or SBOM rather than an artifact of its own."""
    return path.endswith((SIGNATURE_SUFFIX, *CHECKSUM_SUFFIXES, *SBOM_SUFFIXES)) or is_internal(path)


def is_internal(path: str) -> bool:
    """Tell whether the file says something about a release without being offered to those who download it."""
    return path.startswith(INTERNAL_FOLDER)


def list_public(files: Iterable[FileEntry]) -> tuple[FileEntry, ...]:
    """Return the files that are offered to those who download a release."""
    return tuple(entry for entry in files if not is_internal(entry.path))


def group_artifacts(paths: Iterable[FilePath]) -> tuple[Artifact, ...]:
    """Return the artifacts among the paths in order of their names."""
    present: dict[str, FilePath] = {path: path for path in paths}
    return tuple(
        _collect_companions(path, present) for path in sorted(present.values()) if not is_companion(path)
    )


def _collect_companions(path: FilePath, present: Mapping[str, FilePath]) -> Artifact:
    def those(suffixes: Iterable[str]) -> tuple[FilePath, ...]:
        return tuple(present[found] for suffix in suffixes if (found := path + suffix) in present)

    return Artifact(
        path, present.get(path + SIGNATURE_SUFFIX), those(CHECKSUM_SUFFIXES), those(SBOM_SUFFIXES)
    )
