# SPDX-License-Identifier: Apache-2.0
"""What Maven Central asks of the files of a release, and the metadata its repositories keep.

Source: central.sonatype.org, "Requirements": signatures (.asc), checksums (.md5, .sha1), and a project file
whose coordinates are those of its folder.
"""

import hashlib
from collections.abc import Iterator, Mapping

from atr.formats.pom import read_pom

_BESIDE = (".asc", ".md5", ".sha1", ".sha256", ".sha512")


def list_violations(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the rule and the sentence for each thing that is missing or wrong."""
    for path in sorted(files):
        if path.endswith(_BESIDE):
            continue
        if f"{path}.asc" not in files:
            yield "signature-staging", f"Missing Signature: '/{path}.asc' does not exist for '{path}'"
        for algorithm in ("md5", "sha1"):
            digest = hashlib.new(algorithm, files[path]).hexdigest()
            if files.get(f"{path}.{algorithm}", b"").decode() != digest:
                yield "checksum-staging", f"INVALID {algorithm.upper()}: '/{path}.{algorithm}'"
        if path.endswith(".pom") and not path.startswith(_find_folder(files[path])):
            yield "pom-staging", f"Invalid POM: /{path}: its coordinates are not those of its folder"


def _find_folder(pom: bytes) -> str:
    found = read_pom(pom)
    return f"{found.group_id.replace('.', '/')}/{found.artifact_id}/{found.version}/"


def make_metadata(files: Mapping[str, bytes], folder: str) -> bytes | None:
    """Return the `maven-metadata.xml` of a folder of versions."""
    versions = sorted(
        {path[len(folder) + 1 :].split("/")[0] for path in files if path.startswith(f"{folder}/")}
    )
    if not versions:
        return None
    listed = "".join(f"<version>{version}</version>" for version in versions)
    return (
        f"<metadata><versioning><latest>{versions[-1]}</latest><release>{versions[-1]}</release>"
        f"<versions>{listed}</versions></versioning></metadata>"
    ).encode()


def find_public(files: Mapping[str, bytes], path: str) -> bytes | None:
    """Return what a public repository hands out for a path."""
    if path.endswith("/maven-metadata.xml"):
        return make_metadata(files, path.removesuffix("/maven-metadata.xml"))
    return files.get(path)
