# SPDX-License-Identifier: Apache-2.0
"""Root folders, and what packages say of themselves."""

import gzip
import json

import pytest

from tests.support.archives import LEGAL, TarMember, make_source, make_tar, make_tar_gz, make_zip
from tests.unit.checks.examination import NAME, Release


def layout_of(release: Release, name: str, content: bytes) -> list[str]:
    """Return what is found about the layout of one more artifact."""
    release.add(name, content)
    found = [each for each in release.examine() if each.artifact == name and each.rule.startswith("archive.")]
    return [each.rule for each in found if each.rule != "archive.contents"]


@pytest.mark.parametrize(
    "root", ["example-1.0", "example-1.0-src", "Example_1.0", "example-1.0-source-release"]
)
def test_a_root_may_be_named_after_the_archive_in_several_ways(release: Release, root: str) -> None:
    assert layout_of(release, NAME, make_source(root)) == []


@pytest.mark.parametrize("root", ["example", "example-1.1", "package"])
def test_a_root_of_another_name_is_a_concern(release: Release, root: str) -> None:
    assert layout_of(release, NAME, make_source(root)) == ["archive.root-name"]


@pytest.mark.parametrize(
    "members",
    [
        [TarMember("example-1.0/x"), TarMember("other/y")],
        [TarMember("example-1.0/x"), TarMember("stray")],
        [TarMember("only-a-file")],
    ],
)
def test_an_archive_unpacks_into_one_folder(release: Release, members: list[TarMember]) -> None:
    assert layout_of(release, "example-1.0.tar.gz", make_tar_gz(*members)) == ["archive.root-folder"]


def test_an_empty_archive_is_a_blocker(release: Release) -> None:
    assert layout_of(release, "example-1.0.zip", make_zip({})) == ["archive.empty"]


def test_a_jar_has_no_root(release: Release) -> None:
    assert layout_of(release, "example-1.0.jar", make_zip({"META-INF/x": b"", "org/y": b""})) == []


DIST = "example-1.0.dist-info"
WHEEL_NAME = "example-1.0-py3-none-any.whl"
METADATA = b"Metadata-Version: 2.1\nName: Example\nVersion: 1.0\n\nName: in the words\n"
WHEEL = {f"{DIST}/METADATA": METADATA, f"{DIST}/WHEEL": b"x", f"{DIST}/RECORD": b""}
NUSPEC = b'<package xmlns="x"><metadata><id>Example</id>\n<version>1.0.0+5</version></metadata></package>'
GEMSPEC = b"""--- !ruby/object:Gem::Specification
name: example
version: !ruby/object:Gem::Version
  version: 1.0.0
platform: ruby
"""
CARGO = b'[package]\nname = "example"\nversion = "1.0.0"\n'


@pytest.mark.parametrize(
    ("name", "contents", "rules"),
    [
        (WHEEL_NAME, WHEEL, []),
        (WHEEL_NAME, {f"{DIST}/METADATA": METADATA}, ["archive.package"]),
        (WHEEL_NAME, {**WHEEL, f"{DIST}/METADATA": b"Name: other\nVersion: 1.0\n"}, ["archive.package"]),
        (WHEEL_NAME, {**WHEEL, f"{DIST}/METADATA": b"Name: example\n"}, ["archive.package"]),
        (WHEEL_NAME, {f"{DIST}/WHEEL": b"x", f"{DIST}/RECORD": b""}, ["archive.package"]),
        ("other-1.0-py3-none-any.whl", WHEEL, ["archive.package", "archive.package"]),
        ("Example.1.0.0.nupkg", {"example.nuspec": NUSPEC}, []),
        ("example.1.0.nupkg", {"example.nuspec": NUSPEC}, []),
        ("example.1.1.nupkg", {"example.nuspec": NUSPEC}, ["archive.package"]),
        ("Example.1.0.0.nupkg", {"example.nuspec": b"<package/>"}, ["archive.package"]),
        ("Example.1.0.0.nupkg", {"x": b"x"}, ["archive.package"]),
    ],
)
def test_packages_in_zip_files_describe_themselves(
    release: Release, name: str, contents: dict[str, bytes], rules: list[str]
) -> None:
    assert [rule for rule in layout_of(release, name, make_zip(contents)) if "record" not in rule] == rules


@pytest.mark.parametrize(
    ("name", "metadata", "rules"),
    [
        ("example-1.0.0.gem", gzip.compress(GEMSPEC, mtime=0), []),
        ("example-1.0.0-java.gem", gzip.compress(GEMSPEC.replace(b"ruby\n", b"java\n"), mtime=0), []),
        ("example-1.0.1.gem", gzip.compress(GEMSPEC, mtime=0), ["archive.package"]),
        ("example-1.0.0.gem", gzip.compress(b"name: example\n", mtime=0), ["archive.package"]),
        ("example-1.0.0.gem", b"damaged", ["archive.package"]),
    ],
)
def test_a_gem_fits_its_name(release: Release, name: str, metadata: bytes, rules: list[str]) -> None:
    data = make_tar(TarMember("metadata.gz", metadata), TarMember("data.tar.gz", make_tar_gz(TarMember("x"))))
    assert layout_of(release, name, data) == rules


@pytest.mark.parametrize(
    ("name", "cargo", "rules"),
    [
        ("example-1.0.0.crate", CARGO, []),
        ("example-1.0.1.crate", CARGO, ["archive.package", "archive.root-name"]),
        ("example-1.0.0.crate", b"[package]\n", ["archive.package"]),
        ("example-1.0.0.crate", b"\xff", ["archive.package"]),
    ],
)
def test_a_crate_fits_its_name(release: Release, name: str, cargo: bytes, rules: list[str]) -> None:
    assert layout_of(release, name, make_tar_gz(TarMember("example-1.0.0/Cargo.toml", cargo))) == rules


@pytest.mark.parametrize(
    ("manifest", "rules"),
    [
        ({"name": "example", "version": "1.0"}, []),
        ({"name": "@org/example", "version": "1.0"}, ["archive.package"]),
        ({"name": "example", "version": "1.1"}, ["archive.package"]),
        ({"name": "example"}, ["archive.package"]),
        ([], ["archive.package"]),
    ],
)
def test_an_npm_package_fits_its_name(release: Release, manifest: object, rules: list[str]) -> None:
    legal = [TarMember(f"package/{name}", content) for name, content in LEGAL.items()]
    data = make_tar_gz(TarMember("package/package.json", json.dumps(manifest).encode()), *legal)
    assert layout_of(release, "example-1.0.tgz", data) == rules


def test_a_scoped_npm_package_is_named_with_its_scope(release: Release) -> None:
    data = make_tar_gz(TarMember("package/package.json", b'{"name": "@org/example", "version": "1.0"}'))
    assert layout_of(release, "org-example-1.0.tgz", data) == []
