# SPDX-License-Identifier: Apache-2.0
"""The difference to the release before: which files are paired, and what of it is worth a look."""

from dataclasses import replace

import pytest

from atr.checks.contract import ArchiveTask, ScanResult, ScanStopped
from atr.checks.onepass import scan_archive
from atr.domain.check import Finding, Severity
from tests.support.archives import TarMember, make_source, make_zip
from tests.unit.checks.comparing import PREVIOUS_NAME, add_previous, find, list_rules, pack
from tests.unit.checks.examination import NAME, Release

CODE = TarMember("code.py", b"pass\n")
BINARY = b"\0\1\2\3" * 100
WHEEL = "example-1.0-py3-none-any.whl"


def follow(release: Release, before: bytes, after: bytes) -> None:
    """Let one source archive follow another."""
    release.add(NAME, after)
    add_previous(release, {PREVIOUS_NAME: before})


def test_what_changed_is_told_as_data(release: Release) -> None:
    old = pack(CODE, TarMember("gone.py", b"x"), TarMember("same.py", b"s"), root="example-0.9")
    follow(
        release,
        old,
        pack(TarMember("code.py", b"new"), TarMember("come.py", b"y"), TarMember("same.py", b"s")),
    )
    (found,) = find(release, "previous.compared")
    assert found.message == f"{NAME} against 0.9: 1 added, 1 removed, 1 changed and 3 the same."
    lists = {name: found.data[name] for name in ("since", "added", "removed", "changed", "unchanged")}
    assert lists == {
        "since": "0.9",
        "added": ("come.py",),
        "removed": ("gone.py",),
        "changed": ("code.py",),
        "unchanged": 3,
    }


def test_the_same_archive_again_is_nothing_new(release: Release) -> None:
    add_previous(release, {PREVIOUS_NAME: release.folder.joinpath(NAME).read_bytes()})
    assert list_rules(release, "previous") == []


def test_versions_in_the_paths_of_members_do_not_keep_them_apart(release: Release) -> None:
    for version in ("0.9", "1.0"):
        inside = {f"example-{version}.dist-info/METADATA": version.encode(), "example/a.py": b"a"}
        content = make_zip(inside)
        if version == "1.0":
            release.add(WHEEL, content)
        else:
            earlier = content
    source = release.folder.joinpath(NAME).read_bytes()
    add_previous(release, {WHEEL.replace("1.0", "0.9"): earlier, PREVIOUS_NAME: source})
    (found,) = find(release, "previous.compared")
    assert (found.data["changed"], found.data["added_count"], found.data["removed_count"]) == (
        ("example-1.0.dist-info/METADATA",),
        0,
        0,
    )


def test_a_file_that_keeps_an_old_version_in_its_name_is_the_same_file(release: Release) -> None:
    library = TarMember("lib/other-0.9.min.js", b"1")
    follow(release, pack(library), pack(library, TarMember("doc/1.0.md", b"1")))
    (found,) = find(release, "previous.compared")
    assert (found.data["added"], found.data["removed_count"]) == (("doc/1.0.md",), 0)


def test_a_version_of_one_digit_renames_nothing(release: Release) -> None:
    release.describe(version="2")
    release.add("example-2-src.tar.gz", pack(TarMember("a2.txt", b"2")))
    add_previous(release, {"example-1-src.tar.gz": pack(TarMember("a1.txt", b"1"))}, version="1")
    found = next(each for each in find(release, "previous.compared") if "example-2" in each.artifact)
    assert (found.data["added"], found.data["removed"]) == (("a2.txt",), ("a1.txt",))


def test_without_a_version_files_are_paired_by_their_shape(release: Release) -> None:
    release.describe(version="")
    release.add(NAME, pack(CODE))
    add_previous(release, {"example-0.8.2-src.tar.gz": pack(root="example-0.8.2")}, version="")
    (found,) = find(release, "previous.compared")
    assert found.data["since"] == "0.8.2"


def test_files_of_one_shape_are_not_mixed_up(release: Release) -> None:
    release.describe(version="")
    for number in (1, 2):
        release.add(f"part{number}-1.0.tar.gz", make_source(f"part{number}-1.0"))
    add_previous(release, {f"part{number}-0.9.tar.gz": pack(CODE) for number in (3, 4)}, version="")
    assert find(release, "previous.compared") == []


def test_a_missing_artifact_is_named(release: Release) -> None:
    source = release.folder.joinpath(NAME).read_bytes()
    lost = {"example-0.9-bin.zip": b"x", "example-0.9-bin.zip.asc": b"x", "README.txt": b"x"}
    add_previous(release, {PREVIOUS_NAME: source, **lost})
    (found,) = find(release, "previous.artifact-missing")
    assert found.artifact == "example-1.0-bin.zip"
    assert found.message == "0.9 had example-1.0-bin.zip; nothing here stands for it."


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        (b"text", BINARY, ["previous.new-binary"]),
        (BINARY, BINARY * 2, []),
        (b"", BINARY, ["previous.new-binary"]),
        (BINARY, b"\x7fELF" + BINARY, ["previous.new-compiled"]),
        (b"x", b"a text\n" * 20_000, ["previous.much-larger"]),
        (b"x", b"x" * 50_000, []),
        (b"", b"a text\n" * 20_000, []),
    ],
)
def test_what_a_content_became_decides(
    release: Release, before: bytes, after: bytes, rules: list[str]
) -> None:
    follow(release, pack(TarMember("a", before)), pack(TarMember("a", after)))
    assert [rule for rule in list_rules(release, "previous") if rule != "previous.compared"] == rules


def test_binaries_are_expected_in_binary_archives(release: Release) -> None:
    source = release.folder.joinpath(NAME).read_bytes()
    release.add("example-1.0-bin.zip", make_zip({"a/b": BINARY}))
    add_previous(release, {PREVIOUS_NAME: source, "example-0.9-bin.zip": make_zip({"a/c": b"text"})})
    assert list_rules(release, "previous") == ["previous.compared"]


def test_an_artifact_that_grew_is_told_with_its_members_in_one_finding(release: Release) -> None:
    large = bytes(range(256)) * 1000
    release.add("example-1.0-bin.zip", make_zip({"a/b": large}, method=0))
    source = release.folder.joinpath(NAME).read_bytes()
    add_previous(release, {PREVIOUS_NAME: source, "example-0.9-bin.zip": make_zip({"a/b": b"x"})})
    (found,) = find(release, "previous.much-larger")
    assert found.data["files"] == ("b",)
    assert "bytes instead of" in found.message
    assert "1 file more than 10 times as large (b)" in found.message


def test_an_artifact_that_is_no_archive_can_grow_too(release: Release) -> None:
    release.add("example-1.0.pdf", b"x" * 200_000)
    source = release.folder.joinpath(NAME).read_bytes()
    add_previous(release, {PREVIOUS_NAME: source, "example-0.9.pdf": b"x"})
    assert list_rules(release, "previous") == ["previous.much-larger"]


def test_an_unreadable_archive_before_hides_only_its_members(release: Release) -> None:
    add_previous(release, {PREVIOUS_NAME: pack(CODE)[:-20]})
    assert list_rules(release, "previous") == []


def test_losing_the_right_to_be_run_counts_too(release: Release) -> None:
    run = TarMember("run.sh", b"x", mode=0o755)
    follow(release, pack(run), pack(TarMember("run.sh", b"x")))
    (found,) = find(release, "previous.mode-changed")
    assert found.data["files"] == ("run.sh",)
    follow_mode_zero = TarMember("run.sh", b"x", mode=0)
    release.add(NAME, pack(follow_mode_zero))
    assert find(release, "previous.mode-changed") == []


def test_an_earlier_release_that_stops_its_reader_fails_no_check(release: Release) -> None:
    add_previous(release, {PREVIOUS_NAME: pack(CODE, root="example-0.9")})
    open_both = release.change

    def scan(task: ArchiveTask) -> ScanResult:
        if task.checks:
            return scan_archive(task)
        raise ScanStopped(Finding("archive.over-budget", Severity.BLOCKER, PREVIOUS_NAME, "stopped"))

    found = release.examine(lambda engine: replace(open_both(engine), scan=scan))
    assert {each.rule for each in found if each.severity in {Severity.ERROR, Severity.BLOCKER}} == set()
