# SPDX-License-Identifier: Apache-2.0
"""Root folders, and packages whose inside fits their outside."""

import base64
import hashlib
from collections.abc import Callable

from tests.support.archives import TarMember, make_source, make_tar, make_tar_gz, make_zip
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, Release

METADATA = b"Metadata-Version: 2.1\nName: example\nVersion: 1.0\n\nWords.\n"
DIST = "example-1.0.dist-info"
WHEEL = "example-1.0-py3-none-any.whl"


def _add(name: str, content: bytes) -> Callable[[Release], object]:
    return lambda release: release.add(name, content)


def _tar(*names: str) -> bytes:
    return make_tar(*(TarMember(name, b"{}") for name in names))


def _package(manifest: bytes) -> bytes:
    return make_tar_gz(TarMember("package/package.json", manifest), TarMember("package/index.js"))


def _wheel(metadata: bytes, extra: bytes = b"") -> bytes:
    members = {"example.py": b"code", f"{DIST}/METADATA": metadata, f"{DIST}/WHEEL": b"x"}
    rows = (f"{path},sha256={_encode(content)},{len(content)}" for path, content in members.items())
    record = "\n".join([*rows, f"{DIST}/RECORD,,"]).encode()
    return make_zip({**members, "example.py": b"code" + extra, f"{DIST}/RECORD": record})


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


CASES: tuple[Case, ...] = (
    Case(
        "archive.root-folder",
        "two folders",
        _add("example-1.0.zip", make_zip({"example-1.0/a": b"a", "other/b": b"b"})),
        finds=True,
    ),
    Case("archive.root-folder", "a jar", _add("example-1.0.jar", make_zip({"org/a": b"a"})), finds=False),
    Case(
        "archive.root-folder",
        "a container image's layout",
        _add("example-1.0.oci.tar", _tar("oci-layout", "index.json", "blobs/sha256/00")),
        finds=False,
    ),
    Case(
        "archive.root-folder",
        "a package of Hex",
        _add("example-1.0.tar", _tar("VERSION", "CHECKSUM", "metadata.config", "contents.tar.gz")),
        finds=False,
    ),
    Case("archive.root-name", "another name", _add(NAME, make_source("elsewhere")), finds=True),
    Case("archive.root-name", "the name with -src", _add(NAME, make_source("example-1.0-src")), finds=False),
    Case("archive.empty", "a zip of nothing", _add("example-1.0.zip", make_zip({})), finds=True),
    Case("archive.empty", "a zip of one", _add("example-1.0.zip", make_zip({"x/a": b"a"})), finds=False),
    Case(
        "archive.package",
        "an npm package of another version",
        _add("example-1.0.tgz", _package(b'{"name": "example", "version": "1.1"}')),
        finds=True,
    ),
    Case(
        "archive.package",
        "an npm package of that name",
        _add("example-1.0.tgz", _package(b'{"name": "example", "version": "1.0"}')),
        finds=False,
    ),
    Case("archive.package", "a wheel without metadata", _add(WHEEL, make_zip({"a": b"a"})), finds=True),
    Case("archive.package", "a whole wheel", _add(WHEEL, _wheel(METADATA)), finds=False),
    Case("archive.wheel-record", "a changed file", _add(WHEEL, _wheel(METADATA, b"x")), finds=True),
    Case("archive.wheel-record", "a wheel as built", _add(WHEEL, _wheel(METADATA)), finds=False),
)
