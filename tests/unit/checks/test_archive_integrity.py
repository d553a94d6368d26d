# SPDX-License-Identifier: Apache-2.0
"""Archives that are damaged, and archives that would do damage."""

import tarfile
import zipfile

import pytest

from atr.checks.archive_integrity import ARCHIVE_INTEGRITY
from atr.checks.contract import ArchiveTask, ArchiveView
from atr.checks.local_revision import hash_file
from atr.checks.onepass import scan_archive
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding
from atr.domain.names import FilePath
from atr.formats.budget import Limits
from tests.support.archives import TarMember, make_source, make_tar_gz, make_zip
from tests.unit.checks.examination import FACTS, NAME, Release

ROOT = "example-1.0"


def hold(release: Release, *members: TarMember) -> list[Finding]:
    """Return what is found when the source archive also holds these members."""
    release.add(NAME, make_source(ROOT, members))
    return [finding for finding in release.examine() if finding.rule != "archive.contents"]


def link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> TarMember:
    return TarMember(f"{ROOT}/{path}", type=kind, link=target)


@pytest.mark.parametrize(
    ("member", "rule"),
    [
        (TarMember("/etc/passwd"), "archive.unsafe-path"),
        (TarMember(f"{ROOT}/../../x"), "archive.unsafe-path"),
        (TarMember("C:\\x"), "archive.unsafe-path"),
        (link("x", "/etc/passwd"), "archive.unsafe-link"),
        (link("x", "../../y"), "archive.unsafe-link"),
        (link("x", "../y", tarfile.LNKTYPE), "archive.unsafe-link"),
        (TarMember(f"{ROOT}/null", type=tarfile.CHRTYPE), "archive.special-file"),
        (TarMember(f"{ROOT}/pipe", type=tarfile.FIFOTYPE), "archive.special-file"),
        (TarMember(f"{ROOT}/run", mode=0o4755), "archive.set-id"),
        (TarMember(f"{ROOT}/run", mode=0o2755), "archive.set-id"),
        (TarMember(f"{ROOT}/a\x1b[2Jb"), "archive.member-name"),
        (TarMember(f"{ROOT}/a\udcffb"), "archive.member-name"),
        (TarMember(f"{ROOT}/a\\b"), "archive.member-name"),
        (TarMember(f"{ROOT}/._LICENSE"), "archive.macos-metadata"),
        (TarMember(f"{ROOT}/.DS_Store"), "archive.macos-metadata"),
        (TarMember(f"{ROOT}/license"), "archive.member-collision"),
        (TarMember(f"{ROOT}/NOTICE", b"another"), "archive.duplicate-member"),
        (TarMember(f"./{ROOT}//NOTICE", b"another"), "archive.duplicate-member"),
    ],
)
def test_each_harmful_member_is_found(release: Release, member: TarMember, rule: str) -> None:
    assert rule in [finding.rule for finding in hold(release, member)]


@pytest.mark.parametrize(
    "member",
    [
        link("below/x", "../NOTICE"),
        link("x", f"{ROOT}/NOTICE", tarfile.LNKTYPE),
        TarMember(f"./{ROOT}/y"),
        TarMember(f"{ROOT}/folder/", type=tarfile.DIRTYPE, mode=0o2755),
        TarMember(f"{ROOT}/é"),
    ],
)
def test_harmless_members_are_not_found(release: Release, member: TarMember) -> None:
    assert hold(release, member) == []


def test_a_member_repeated_with_the_same_content_is_a_concern(release: Release) -> None:
    twice = [TarMember(f"{ROOT}/x", b"same")] * 2
    assert [(each.rule, each.severity) for each in hold(release, *twice)] == [
        ("archive.repeated-member", "concern")
    ]


def test_a_link_repeated_with_another_target_is_a_blocker(release: Release) -> None:
    assert [each.rule for each in hold(release, link("x", "a"), link("x", "b"))] == [
        "archive.duplicate-member"
    ]


def test_findings_can_be_stored_and_printed(release: Release) -> None:
    (finding,) = hold(release, TarMember(f"{ROOT}/a\udcffb"))
    assert finding.member == f"{ROOT}/a\ufffdb"
    assert finding.message.encode()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (make_source(ROOT)[:-10], "archive.truncated"),
        (make_source(ROOT)[:-8] + bytes(8), "archive.damaged"),
        (make_source(ROOT) + b"more", "archive.trailing-data"),
        (b"no archive at all" * 100, "archive.wrong-format"),
        (make_zip({"a": b"b"}), "archive.wrong-format"),
    ],
)
def test_a_damaged_archive_is_found(release: Release, content: bytes, rule: str) -> None:
    release.add(NAME, content)
    assert rule in release.rules


def test_a_zip_is_read_to_the_last_byte(release: Release) -> None:
    data = make_zip({f"{ROOT}-bin/x": b"alpha"}, zipfile.ZIP_STORED).replace(b"alpha", b"omega")
    release.add(f"{ROOT}-bin.zip", data)
    (finding,) = [each for each in release.examine() if each.rule == "archive.damaged"]
    assert finding.member == f"{ROOT}-bin/x"


def test_archives_inside_are_looked_into_but_do_not_block(release: Release) -> None:
    inner = make_tar_gz(TarMember("../escape"), TarMember("deep.zip", b"not a zip"))
    findings = hold(
        release, TarMember(f"{ROOT}/inner.tgz", inner), TarMember(f"{ROOT}/broken.jar", inner[:50])
    )
    findings = [each for each in findings if each.rule.startswith("archive.")]
    assert [(each.rule, each.severity, each.member) for each in findings] == [
        ("archive.nested-unreadable", "note", f"{ROOT}/broken.jar"),
        ("archive.nested-unreadable", "note", f"{ROOT}/inner.tgz!deep.zip"),
    ]


def scan(release: Release, content: bytes, limits: Limits, name: str = NAME) -> list[str]:
    path = release.write(name, content)
    view = ArchiveView(FileEntry(FilePath(name), hash_file(path)), FACTS)
    result = scan_archive(ArchiveTask(path, view, (ARCHIVE_INTEGRITY,), limits))
    return [each.rule for each in result.findings["archive integrity"]]


def test_a_bomb_inside_ends_the_whole_reading(release: Release) -> None:
    inner = make_tar_gz(TarMember("zeros", bytes(3_000_000)))
    outer = make_tar_gz(TarMember("inner.tgz", inner), TarMember("after"))
    assert scan(release, outer, Limits(total_bytes=1_000_000)) == ["archive.over-budget"]


def test_archives_are_opened_to_a_depth_only(release: Release) -> None:
    data = make_tar_gz(TarMember("bottom"))
    for number in range(10):
        data = make_tar_gz(TarMember(f"{number}.tgz", data))
    assert scan(release, data, Limits(members=4)) == ["archive.contents"]


def test_many_findings_of_a_rule_are_summed_up(release: Release) -> None:
    findings = hold(release, *(TarMember(f"{ROOT}/{number}", mode=0o4755) for number in range(150)))
    assert len(findings) == 101
    assert [each.data["count"] for each in findings if each.member is None] == [150]
