# SPDX-License-Identifier: Apache-2.0
"""Candidates as Maven builds them, to be sent to its repositories."""

import hashlib
from collections.abc import Mapping

from atr.domain.artifact import Content, Digest
from atr.domain.names import FilePath, ReleaseKey
from atr.ports.platforms import Consignment, Parcel

GROUP = "org.example"
_POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></project>
"""
_CHILD = """<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>{group}</groupId><artifactId>ledger</artifactId><version>{version}</version></parent>
<artifactId>{artifact}</artifactId></project>
"""


def make_parcel(path: str, data: bytes) -> Parcel:
    """Return some bytes as a voted file, handed out in two pieces."""
    content = Content(
        Digest("sha512", hashlib.sha512(data).hexdigest()),
        Digest("sha256", hashlib.sha256(data).hexdigest()),
        len(data),
    )
    half = len(data) // 2
    return Parcel(FilePath(path), content, lambda: iter((data[:half], data[half:])))


def make_consignment(
    files: Mapping[str, bytes],
    *,
    namespace: str | None = GROUP,
    package: str = "ledger",
    version: str = "1.2.3",
    revision: str = "7",
) -> Consignment:
    """Return the files as the voted ones of a release."""
    return Consignment(
        release=ReleaseKey.parse(f"ledger/{version}"),
        revision=Digest("sha512", revision * 128),
        owner_namespace=namespace,
        package=package,
        version=version,
        parcels=tuple(make_parcel(path, data) for path, data in files.items()),
        staging_name="",
        final_names=(),
    )


def make_pom(artifact: str = "ledger", version: str = "1.2.3", group: str = GROUP) -> bytes:
    """Return a project file."""
    return _POM.format(group=group, artifact=artifact, version=version).encode()


def make_child_pom(artifact: str, version: str = "1.2.3", group: str = GROUP) -> bytes:
    """Return a project file that takes group and version from its parent."""
    return _CHILD.format(group=group, artifact=artifact, version=version).encode()


def make_maven_files(version: str = "1.2.3", jar: bytes = b"PK jar") -> dict[str, bytes]:
    """Return a parent and one module, signed."""
    files = {
        f"maven/ledger-{version}.pom": make_pom(version=version),
        f"maven/ledger-core-{version}.pom": make_child_pom("ledger-core", version),
        f"maven/ledger-core-{version}.jar": jar,
        f"maven/ledger-core-{version}-sources.jar": b"PK sources",
    }
    return {
        **files,
        **{f"{path}.asc": b"-----BEGIN PGP SIGNATURE-----\n" + path.encode() for path in files},
        f"maven/ledger-core-{version}.jar.sha512": b"0" * 128 + b"  ledger-core.jar\n",
    }
