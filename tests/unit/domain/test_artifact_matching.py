# SPDX-License-Identifier: Apache-2.0
"""Files of a candidate find the channels they are for."""

from collections.abc import Iterable

import pytest

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.artifact_matching import Match, match_files
from atr.domain.channel_use import ChannelUse
from atr.domain.destination import Destination
from atr.domain.names import ChannelKey, FilePath
from atr.domain.platform import PlatformKey
from atr.domain.python_names import find_sdists, find_wheels

CONTENT = Content(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64), 1)
RELEASE = (
    "demo-1.2.0-src.tar.gz",
    "demo-1.2.0-src.tar.gz.asc",
    "demo-1.2.0-src.tar.gz.sha512",
    "demo-1.2.0.tgz",
    "demo-1.2.0.tgz.asc",
    "demo-1.2.0.tar.gz",
    "demo-1.2.0-py3-none-any.whl",
    "demo-1.2.0-py3-none-any.whl.asc",
    "other-1.2.0-py3-none-any.whl",
    "demo-1.2.0.tar",
    "demo-1.2.0.oci.tar",
    "org/acme/demo/1.2.0/demo-1.2.0.jar",
    "org/acme/demo/1.2.0/demo-1.2.0.jar.asc",
    "org/acme/demo/1.2.0/demo-1.2.0.jar.asc.md5",
    "org/acme/demo/1.2.0/demo-1.2.0.jar.sha1",
    "org/acme/demo/1.2.0/demo-1.2.0.pom",
    "demo-1.2.0.cdx.json",
    ".atr/source.json",
)


def match(
    platform: PlatformKey,
    names: Iterable[str] = RELEASE,
    *globs: str,
    package: str = "demo",
    owner: str | None = None,
) -> Match:
    files = [FileEntry(FilePath(name), CONTENT) for name in names]
    use = ChannelUse(ChannelKey("there"), files=globs)
    return match_files(files, platform, use, Destination(owner, package, "1.2.0", "", ()))


def name(found: Match) -> list[str]:
    assert not found.complaint
    return [str(entry.path) for entry in found.files]


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        (PlatformKey.NPM, ["demo-1.2.0.tgz"]),
        (PlatformKey.NPM_SCOPED, ["demo-1.2.0.tgz"]),
        (PlatformKey.ARTIFACT_HUB, ["demo-1.2.0.tgz"]),
        (PlatformKey.HEX, ["demo-1.2.0.tar"]),
        (PlatformKey.DOCKER_HUB, ["demo-1.2.0.oci.tar"]),
        (PlatformKey.PYPI, ["demo-1.2.0-py3-none-any.whl", "demo-1.2.0.tar.gz"]),
        (PlatformKey.MAVEN_CENTRAL, sorted(path for path in RELEASE if path.startswith("org/"))),
        (PlatformKey.CENTRAL_PORTAL, sorted(path for path in RELEASE if path.startswith("org/"))),
        (PlatformKey.GITHUB, sorted(path for path in RELEASE if not path.startswith(".atr/"))),
    ],
)
def test_each_platform_takes_its_own(platform: PlatformKey, expected: list[str]) -> None:
    assert name(match(platform)) == expected


def test_a_line_may_choose_by_patterns_of_path_or_name() -> None:
    assert name(match(PlatformKey.PYPI, RELEASE, "other-*")) == ["other-1.2.0-py3-none-any.whl"]
    chosen = name(match(PlatformKey.MAVEN_CENTRAL, RELEASE, "org/*.pom", "*.jar"))
    assert chosen == sorted(path for path in RELEASE if path.startswith("org/"))
    assert name(match(PlatformKey.GITHUB, RELEASE, "*.asc")) == sorted(
        path for path in RELEASE if path.endswith(".asc")
    )
    none = match(PlatformKey.NPM, RELEASE, "*.exe", "demo-1.2.0.tgz.asc")
    expected = "No file of the candidate goes to there: none fits *.exe, demo-1.2.0.tgz.asc."
    assert (none.files, none.complaint) == ((), expected)


def test_a_channel_without_a_file_says_what_it_takes() -> None:
    none = match(PlatformKey.NPM, ["demo-1.2.0-src.tgz", "demo-1.2.0.zip"])
    expected = "No file of the candidate goes to there: npm takes .tgz, here of demo 1.2.0."
    assert (none.files, none.complaint) == ((), expected)
    assert "takes any file" in match(PlatformKey.GITHUB, []).complaint
    assert ".whl or .tar.gz" in match(PlatformKey.PYPI, ["demo-1.2.0-src.tar.gz"]).complaint


def test_a_file_of_another_name_is_taken_if_it_is_the_only_one() -> None:
    assert name(match(PlatformKey.NPM, ["widget-9.tgz", "x-src.tgz"])) == ["widget-9.tgz"]
    many = match(PlatformKey.NPM, ["a.tgz", "b.tgz"])
    assert many.complaint.startswith("there takes one file, and several could be it: a.tgz, b.tgz.")
    assert name(match(PlatformKey.HEX, ["x.tar", "y.oci.tar"])) == ["x.tar"]
    assert "could be it" in match(PlatformKey.DOCKER_HUB, ["x.oci.tar", "y.image.json"]).complaint
    assert name(match(PlatformKey.DOCKER_HUB, ["x-src.oci.tar"])) == ["x-src.oci.tar"]


def test_a_scoped_package_is_known_by_the_name_npm_packs_it_under() -> None:
    found = match(PlatformKey.NPM_SCOPED, ["acme-demo-1.2.0.tgz", "chart.tgz"], owner="acme")
    assert name(found) == ["acme-demo-1.2.0.tgz"]


def test_several_source_distributions_are_one_too_many() -> None:
    found = match(PlatformKey.PYPI, ["a/demo-1.2.0.tar.gz", "b/demo-1.2.0.tar.gz"])
    assert "takes one source distribution" in found.complaint


@pytest.mark.parametrize(
    ("file", "package", "version", "is_own"),
    [
        ("foo_bar-1.0-py3-none-any.whl", "Foo.Bar", "1.0", True),
        ("foo_bar-1.0-1-cp311-cp311-manylinux_2_17_x86_64.whl", "foo-bar", "1.0.0", True),
        ("foo_bar-1.0rc1-py3-none-any.whl", "foo-bar", "1.0-rc1", True),
        ("foo_bar-1.0b2-py3-none-any.whl", "foo-bar", "1.0.0-beta.2", True),
        ("foo_bar-1.1-py3-none-any.whl", "foo-bar", "1.0", False),
        ("foo_bar-10-py3-none-any.whl", "foo-bar", "1", False),
        ("foo-1.0-py3-none-any.whl", "foo-bar", "1.0", False),
        ("foo-1.0.whl", "foo", "1.0", False),
    ],
)
def test_wheels_are_known_by_name_and_version(file: str, package: str, version: str, *, is_own: bool) -> None:
    assert find_wheels([FilePath(file)], package, version) == ((file,) if is_own else ())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("foo_bar-1.0.tar.gz", "foo-bar-1.0.tar.gz"), ("foo_bar-1.0.tar.gz",)),
        (("foo-bar-1.0.tar.gz", "foo-bar-1.0-src.tar.gz"), ("foo-bar-1.0.tar.gz",)),
        (("foo-bar-1.0.zip", "foobar-1.0.tar.gz", "foo.tar.gz"), ()),
    ],
)
def test_source_distributions_keep_to_the_rule_for_their_names(
    files: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert find_sdists(map(FilePath, files), "foo-bar", "1.0") == expected
