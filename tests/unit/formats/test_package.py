# SPDX-License-Identifier: Apache-2.0
"""What files are as packages: read from their own metadata, and refused where name and content differ."""

import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.names import FilePath
from atr.domain.package import Ecosystem, PackageFacts, PackageFile, list_packages, order_versions
from atr.formats.budget import Budget, Limits
from atr.formats.image_places import parse_places, write_tag
from atr.formats.maven_repository import build_tree
from atr.formats.package import make_package_key, read_package
from tests.support.archives import TarMember, make_tar, make_tar_gz, make_zip
from tests.support.candidates import (
    LAYOUT,
    METADATA,
    SDIST,
    WHEEL,
    make_layout,
    make_npm,
    make_pom,
    make_sdist,
    make_wheel,
)
from tests.support.oci_images import LayoutBuilder, write_tar

CONTENT = Content(Digest("sha512", "ab" * 64), Digest("sha256", "cd" * 32), 7)


def read(name: str, data: bytes) -> PackageFacts | None:
    return read_package(FilePath(name), io.BytesIO(data), Budget(Limits(), time.monotonic))


def make_entry(path: str) -> FileEntry:
    return FileEntry(FilePath(path), CONTENT)


def test_a_wheel_is_read_without_unpacking_the_rest() -> None:
    facts = read(WHEEL, make_wheel())
    assert facts is not None
    assert (facts.ecosystem, facts.name, facts.version) == (Ecosystem.PYTHON, "sample-tool", "1.0")
    assert facts.document == METADATA


def test_a_wheel_whose_directory_lies_before_its_beginning_is_left_out(tmp_path: Path) -> None:
    data = bytearray(make_wheel())
    data[-10:-6] = b"\xff\xff\xff\x7f"
    path = tmp_path / WHEEL
    path.write_bytes(data)
    with path.open("rb") as file:
        assert read_package(FilePath(WHEEL), file, Budget(Limits(), time.monotonic)) is None


class Unreachable(io.BytesIO):
    """A file whose store does not answer."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(5, f"the store does not answer with {size} bytes")


def test_a_store_that_fails_is_not_taken_for_a_bad_wheel() -> None:
    with pytest.raises(OSError, match="does not answer"):
        read_package(FilePath(WHEEL), Unreachable(make_wheel()), Budget(Limits(), time.monotonic))


def test_a_source_distribution_needs_its_own_metadata() -> None:
    facts = read(SDIST, make_sdist())
    assert facts is not None
    assert (facts.name, facts.document) == ("sample-tool", b"")
    assert read(SDIST, make_tar_gz(TarMember("sample_tool-1.0/README", b"no PKG-INFO"))) is None
    long = TarMember("sample_tool-1.0/PKG-INFO", METADATA + bytes(1024 * 1024))
    assert read(SDIST, make_tar_gz(long)) is None


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("other_tool-1.0-py3-none-any.whl", make_wheel),
        ("sample_tool-2.0-py3-none-any.whl", make_wheel),
        ("sample-tool.whl", make_wheel),
        (WHEEL, lambda: b"no zip"),
        (WHEEL, lambda: make_zip({"x": b"no metadata"})),
        (WHEEL, lambda: make_wheel(metadata=b"Version: 1.0\n")),
        (WHEEL, lambda: make_wheel(metadata=b"Name: sample-tool\nVersion: one\n")),
        (WHEEL, lambda: make_wheel(metadata=METADATA + bytes(1024 * 1024))),
        ("sample-tool.tar.gz", make_sdist),
        ("other-1.0.tar.gz", make_sdist),
        (SDIST, lambda: b"no archive"),
        ("a.tgz", lambda: b"no archive"),
        ("a.tgz", lambda: make_tar_gz(TarMember("chart/Chart.yaml", b"name: chart"))),
        ("a.tgz", lambda: make_tar_gz(TarMember("package/package.json", b"[]"))),
        ("a.tgz", lambda: make_tar_gz(TarMember("package/package.json", b"{"))),
        ("a.tgz", lambda: make_npm("../escape")),
        ("a.tgz", lambda: make_npm("a", version="latest")),
        ("a.pom", lambda: b"<project>"),
        (LAYOUT, lambda: b"no tar"),
        (LAYOUT, lambda: write_tar({"oci-layout": b'{"imageLayoutVersion": "2.0.0"}', "index.json": b"{}"})),
        ("README", lambda: b"anything"),
    ],
)
def test_what_is_no_package_or_another_one_is_left_out(name: str, make: Callable[[], bytes]) -> None:
    assert read(name, make()) is None


def test_a_tarball_of_npm_may_use_any_first_folder() -> None:
    facts = read("x.tgz", make_npm("@scope/tool", folder="tool-1.0", bin="cli.js"))
    assert facts is not None
    assert (facts.name, facts.version) == ("@scope/tool", "1.0.0")
    assert json.loads(facts.details)["manifest"]["bin"] == {"tool": "cli.js"}


def test_a_layout_says_where_its_blobs_stand() -> None:
    data = make_layout()
    facts = read(LAYOUT, data)
    assert facts is not None
    assert (facts.name, facts.version) == ("sample", "1.0-rc1")
    places = parse_places(facts.details)
    assert places.tags == {"1.0-rc1": places.unnamed}
    span = places.blobs[places.unnamed]
    assert json.loads(data[span.start : span.start + span.length])["schemaVersion"] == 2
    assert len(places.manifests) == 3


def test_a_layout_is_called_what_its_own_names_say() -> None:
    builder = LayoutBuilder()
    builder.name_root(builder.add_image("x"), "registry.example/apache/Demo_Web:1.0")
    facts = read("whatever.oci.tar", builder.write())
    assert facts is not None
    assert (facts.name, facts.version) == ("demo-web", "1.0")


def test_a_layout_with_two_images_has_none_without_a_tag() -> None:
    builder = LayoutBuilder()
    for text in ("one", "two"):
        builder.name_root(builder.add_image(text), text)
    facts = read("9-.oci.tar", builder.write())
    assert facts is not None
    assert facts.name == "9"
    assert parse_places(facts.details).unnamed == ""


def test_a_layout_that_is_not_true_to_its_digests_is_left_out() -> None:
    builder = LayoutBuilder()
    image = builder.add_image("one")
    builder.name_root(image)
    layer = next(digest for digest, data in builder.blobs.items() if data.startswith(b"\x1f\x8b"))
    builder.blobs[layer] += b"!"
    assert read(LAYOUT, builder.write()) is None
    del builder.blobs[layer]
    assert read(LAYOUT, builder.write()) is None
    builder.roots = [{**image, "mediaType": "application/octet-stream"}]
    assert read(LAYOUT, builder.write()) is None


def test_members_of_a_layout_that_are_no_files_do_not_count() -> None:
    links = make_tar(TarMember("index.json", type=b"2", link="/etc/passwd"), TarMember("oci-layout", b"{}"))
    assert read(LAYOUT, links) is None


def test_a_version_becomes_a_tag() -> None:
    assert write_tag("1.0+b~2") == "1.0_b_2"


def test_only_names_of_packages_are_looked_into() -> None:
    assert make_package_key(make_entry("a/b.whl")) == f"1 b.whl {CONTENT.sha512}"
    assert make_package_key(make_entry("a/b.whl.asc")) is None


def make_package(path: str, name: str, version: str) -> PackageFile:
    return PackageFile(make_entry(path), PackageFacts(Ecosystem.MAVEN, name, version, '{"sha1": "5"}'))


def test_files_belong_to_the_project_file_whose_name_they_share_most_of() -> None:
    packages = [
        make_package("m/core-1.0.pom", "g.h:core", "1.0"),
        make_package("m/core-1.0-extra-1.0.pom", "g.h:core-1.0-extra", "1.0"),
    ]
    names = ("m/core-1.0.pom", "m/core-1.0-sources.jar", "m/core-1.0-extra-1.0.jar", "m/core-1.0.jar.sha1")
    tree = build_tree(map(make_entry, (*names, "o/core-1.0.jar")), packages, "a -- b", "20261121120000")
    assert set(tree.files) == {
        "g/h/core/1.0/core-1.0.pom",
        "g/h/core/1.0/core-1.0-sources.jar",
        "g/h/core/1.0/core-1.0.jar.sha1",
        "g/h/core-1.0-extra/1.0/core-1.0-extra-1.0.jar",
    }
    assert b"<!-- a - - b -->" in tree.texts["g/h/core/maven-metadata.xml"]
    assert "g/h/core/1.0/core-1.0.pom.sha1" in tree.texts


def test_a_pom_that_inherits_says_where_it_is() -> None:
    facts = read("core-1.0.pom", make_pom())
    assert facts is not None
    assert (facts.name, facts.version) == ("org.example.sample:sample-core", "1.0")
    jar = read("core-1.0.jar", b"anything")
    assert jar is not None
    assert list_packages([PackageFile(make_entry("core-1.0.jar"), jar)], Ecosystem.MAVEN) == {}


def test_versions_are_ordered_and_strange_ones_come_first() -> None:
    assert order_versions(["1.10.0", "1.9.0", "1.9.0", "final", "1.10.0-rc1"]) == (
        "final",
        "1.9.0",
        "1.10.0-rc1",
        "1.10.0",
    )
