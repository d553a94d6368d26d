# SPDX-License-Identifier: Apache-2.0
"""Packages of every ecosystem in one candidate, as their own tools would build them."""

import base64
import hashlib
import json
from collections.abc import Mapping

from atr.domain.names import ReleaseKey
from atr.services.packages import ReadPackages
from tests.support.archives import TarMember, make_tar_gz, make_zip
from tests.support.oci_images import LayoutBuilder
from tests.support.voting import KEY, Bench, seal_release

WHEEL = "sample_tool-1.0-py3-none-any.whl"
SDIST = "sample_tool-1.0.tar.gz"
PLAIN_NPM = "sample-tool-1.0.0.tgz"
SCOPED_NPM = "sample-scope-1.0.0.tgz"
LAYOUT = "sample-1.0.oci.tar"
JAR = "maven/sample-core-1.0.jar"
POM = "maven/sample-core-1.0.pom"
METADATA = b"Metadata-Version: 2.1\nName: Sample.Tool\nVersion: 1.0\nRequires-Python: >=3.8,<4\n\nA tool.\n"


def make_wheel(code: bytes = b"ANSWER = 42\n", metadata: bytes = METADATA) -> bytes:
    """Return a wheel that pip installs."""
    info = "sample_tool-1.0.dist-info"
    members = {
        "sample_tool.py": code,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{path},{_hash_member(data)},{len(data)}" for path, data in members.items()]
    record = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    return make_zip({**members, f"{info}/RECORD": record})


def _hash_member(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"


def make_sdist() -> bytes:
    """Return a source distribution."""
    root = "sample_tool-1.0"
    return make_tar_gz(
        TarMember(f"{root}/sample_tool.py", b"ANSWER = 42\n"), TarMember(f"{root}/PKG-INFO", METADATA)
    )


def make_npm(name: str, folder: str = "package", **more: object) -> bytes:
    """Return a tarball of npm."""
    manifest = {"name": name, "version": "1.0.0", "main": "index.js", **more}
    return make_tar_gz(
        TarMember(f"{folder}/index.js", b"module.exports = 42\n"),
        TarMember(f"{folder}/package.json", json.dumps(manifest).encode()),
    )


def make_pom(artifact: str = "sample-core", version: str = "1.0") -> bytes:
    """Return a project file of Maven."""
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>org.example.sample</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></project>"
    ).encode()


def make_layout() -> bytes:
    """Return a layout with one image for two architectures."""
    builder = LayoutBuilder()
    index = builder.add_index(builder.add_image("one"), builder.add_image("two", "arm64"))
    builder.name_root(index, "1.0-rc1")
    return builder.write()


def make_files() -> Mapping[str, bytes]:
    """Return the files of a candidate that can be installed by every client."""
    return {
        WHEEL: make_wheel(),
        f"{WHEEL}.asc": b"its signature",
        SDIST: make_sdist(),
        PLAIN_NPM: make_npm("sample-tool", bin="index.js"),
        SCOPED_NPM: make_npm("@sample/scope", folder="sample"),
        LAYOUT: make_layout(),
        JAR: make_zip({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n"}),
        f"{JAR}.asc": b"its signature",
        POM: make_pom(),
    }


def seal_packages(bench: Bench, files: Mapping[str, bytes], key: ReleaseKey = KEY) -> None:
    """Seal a candidate with packages, and look into them."""
    seal_release(bench.tools.door, key, files)
    ReadPackages(key, 1).run(bench.tools)
