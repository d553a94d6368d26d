# SPDX-License-Identifier: Apache-2.0
"""Each rule about the names of a release, kept and broken."""

from pathlib import Path

import pytest

from atr.checks.file_names import carries_version
from atr.domain.check import Severity
from atr.domain.check_policy import CheckPolicy
from tests.support.archives import make_zip
from tests.unit.checks.examination import NAME, Release


def test_a_good_release_has_no_findings(release: Release) -> None:
    assert release.rules == []


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("KEYS", ["names.keys-file"]),
        (".hidden", ["names.hidden-file"]),
        (".folder/file", ["names.hidden-file"]),
        (".atr/notes", []),
        (f"{NAME}.md5", ["names.md5"]),
        (f"{NAME}.sig", ["names.sig-file"]),
        (f"{NAME}.sha1", ["names.weak-checksum"]),
        (f"{NAME}.sha", ["names.weak-checksum"]),
        ("gone.zip.asc", ["names.orphan-signature"]),
        ("gone.zip.sha512", ["names.orphan-checksum"]),
        ("gone.zip.MD5", ["names.md5", "names.orphan-checksum", "names.checksum-case"]),
        (f"{NAME}.cdx.json", []),
        ("RELEASE-NOTES.md", []),
        ("README", []),
        ("example-1.0.intoto.jsonl", []),
        ("maven-metadata.xml", []),
        ("example-1.0.module", ["names.checksum-missing", "names.signature-missing"]),
        ("odd-1.0.data", ["names.checksum-missing", "names.signature-missing", "names.unknown-file"]),
        ("below/odd-1.0.data", ["names.checksum-missing", "names.signature-missing"]),
        ("example-1.0.pdf", ["names.checksum-missing", "names.signature-missing"]),
        (
            "aux.txt",
            ["names.reserved", "names.checksum-missing", "names.signature-missing", "names.unknown-file"],
        ),
    ],
)
def test_each_name_finds_its_rules(release: Release, name: str, rules: list[str]) -> None:
    release.write(name)
    release.describe(version="")
    found = [rule for rule in release.rules if not rule.startswith(("signature.", "checksum."))]
    assert sorted(found) == sorted(rules)


def test_a_missing_signature_and_checksum_block(release: Release) -> None:
    release.folder.joinpath(f"{NAME}.asc").unlink()
    release.folder.joinpath(f"{NAME}.sha512").unlink()
    found = [(each.rule, each.severity, each.artifact) for each in release.examine()][:2]
    assert found == [
        ("names.checksum-missing", Severity.BLOCKER, NAME),
        ("names.signature-missing", Severity.BLOCKER, NAME),
    ]


def test_a_suffix_in_upper_case_is_a_concern_and_no_checksum(release: Release) -> None:
    checksum = release.folder / f"{NAME}.sha512"
    checksum.rename(checksum.with_suffix(".SHA512"))
    assert release.rules == ["names.checksum-missing", "names.checksum-case"]


def test_a_podling_must_be_named_as_incubating(release: Release) -> None:
    release.describe(podling=True)
    assert release.rules == ["licence.disclaimer-missing", "names.not-incubating"]


def test_a_release_needs_a_source_artifact(release: Release) -> None:
    release.describe(policy=CheckPolicy(source_globs=("*.orig",)))
    assert release.rules == ["names.no-source"]


def test_a_name_with_another_version_is_a_concern(release: Release) -> None:
    release.describe(version="1.1")
    assert release.rules == ["names.version-differs"]


@pytest.mark.parametrize(
    ("name", "version", "carried"),
    [
        ("example-1.2.3-src.tgz", "1.2.3", True),
        ("example_1_2_3.zip", "1.2.3", True),
        ("example-1.2.3rc1.tgz", "1.2.3-rc1", True),
        ("example-v1.2.tgz", "v1.2", True),
        ("example-1.2.3.tgz", "1.2", False),
        ("example-11.2.tgz", "1.2", False),
        ("example-0.1.2.tgz", "1.2", False),
        ("example-1.2-incubating.tgz", "1.2", True),
        ("example_2.13-1.2.jar", "1.2", True),
    ],
)
def test_a_version_is_carried_as_a_whole(name: str, version: str, *, carried: bool) -> None:
    assert carries_version(name, version) is carried


def test_names_that_differ_in_case_collide(release: Release) -> None:
    release.write("README.md")
    release.write("ReadMe.md")
    assert release.rules == ["names.collision"]


def test_an_empty_file_blocks(release: Release) -> None:
    release.write("README", b"")
    assert release.rules == ["names.empty-file"]


def test_a_name_that_no_release_can_have_is_a_finding(release: Release) -> None:
    release.write("a:b.txt")
    assert release.rules == ["names.reserved"]


def test_of_no_files_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert Release(tmp_path).rules == []


def test_a_wheel_beside_the_source_is_no_source(release: Release) -> None:
    release.folder.joinpath(NAME).unlink()
    release.write("example-1.0-bin.zip", make_zip({}))
    assert "names.no-source" in release.rules
