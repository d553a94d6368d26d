# SPDX-License-Identifier: Apache-2.0
"""Secrets and leftovers in archives of every kind."""

import pytest

from atr.checks import secrets
from atr.checks.contract import ArchiveView, PassOutcome
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.check import Finding
from atr.domain.names import FilePath
from atr.formats.member import Member, MemberKind
from tests.support.archives import make_zip
from tests.unit.checks.cases.header_cases import put_files
from tests.unit.checks.cases.secret_cases import GITLAB, make_pem
from tests.unit.checks.examination import FACTS, Release

ROOT = "example-1.0"


def examine(release: Release, files: dict[str, str | bytes]) -> list[Finding]:
    """Return the findings about secrets, for a source archive with these files."""
    put_files(files, release)
    return [each for each in release.examine() if each.rule.startswith("secret.")]


def test_the_place_is_told_and_the_secret_is_not(release: Release) -> None:
    (found,) = examine(release, {"conf/app.cfg": f"# settings\ntoken={GITLAB}\n"})
    assert found.message == f"{ROOT}/conf/app.cfg holds a GitLab token in line 2, beginning with 'glpa'."
    assert found.data == {"kind": "GitLab token", "line": 2}
    assert GITLAB[6:] not in repr(found)


@pytest.mark.parametrize("before", [0, 10_000, 60_000, 70_000])
def test_small_files_are_searched_to_their_end(release: Release, before: int) -> None:
    found = examine(release, {"conf/a.txt": "words\n" * (before // 6) + make_pem()})
    assert [each.rule for each in found] == (["secret.private-key"] if before < 60_001 else [])


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_a_file_may_come_in_pieces(pieces: int) -> None:
    content = b"words\n" * 2000 + make_pem().encode()
    entry = FileEntry(FilePath("x.zip"), Content(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64), 1))
    observer = secrets.SECRETS.begin(ArchiveView(entry, FACTS))
    consume = observer.meet(Member("a/b.txt", MemberKind.FILE, 0o644, len(content)), content[:8192])
    assert consume is not None
    size = len(content) // pieces + 1
    for at in range(0, len(content), size):
        consume(content[at : at + size])
    (found,) = observer.conclude(PassOutcome(complete=True, defects=(), nested=(), members=1, unpacked=1))
    assert found.data["line"] == 2001


def test_a_key_in_utf_16_is_found(release: Release) -> None:
    assert [each.rule for each in examine(release, {"a.txt": make_pem().encode("utf-16")})] == [
        "secret.private-key"
    ]


def test_key_stores_are_keys(release: Release) -> None:
    stores: dict[str, str | bytes] = {
        "conf/a.jks": b"\xfe\xed\xfe\xed\0\0\0\2",
        "src/test/b.jks": b"\xce\xce\xce\xce\0",
    }
    assert [each.rule for each in examine(release, stores)] == ["secret.private-key", "secret.among-tests"]


@pytest.mark.parametrize(
    "name",
    [
        "src/test/a.pem",
        "docs/a.md",
        "examples/a/b.txt",
        "tutorial/a.key",
        "a/key_test.cc",
        "a/b_test_keys.h",
        "KeyTest.java",
    ],
)
def test_keys_for_tests_and_examples_are_a_suggestion(release: Release, name: str) -> None:
    assert [each.rule for each in examine(release, {name: make_pem()})] == ["secret.among-tests"]


def test_a_repository_is_told_once(release: Release) -> None:
    found = examine(
        release, {".git/config": "[core]\n", ".git/objects/aa/b": b"\x78\x9c\0", "x/.hg/store": "x"}
    )
    assert [each.member for each in found] == [f"{ROOT}/.git", f"{ROOT}/x/.hg"]


@pytest.mark.parametrize("name", ["a~", "#a#", ".#a", ".a.swp", "a.rej", "a.bak", "Thumbs.db", "nohup.out"])
def test_leftovers_are_told(release: Release, name: str) -> None:
    assert [each.rule for each in examine(release, {f"src/{name}": "x"})] == ["secret.leftover"]


@pytest.mark.parametrize("name", ["a.swap", "Cargo.toml.orig", "a#b", ".editorconfig", "bak", "~a"])
def test_names_that_only_resemble_leftovers_are_not(release: Release, name: str) -> None:
    assert examine(release, {f"src/{name}": "x"}) == []


def test_binary_artifacts_are_searched_too(release: Release) -> None:
    release.add("example-1.0.jar", make_zip({"META-INF/key.pem": make_pem().encode()}))
    assert "secret.private-key" in [each.rule for each in release.examine()]


def test_a_flood_of_secrets_is_limited(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_MOST_KEPT", 3)
    files: dict[str, str | bytes] = {f"a{number}.pem": make_pem() for number in range(9)}
    assert len(examine(release, files)) == 3
