# SPDX-License-Identifier: Apache-2.0
"""Source archives against real commits: what matches, what does not, and what is nobody's fault."""

import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from atr.checks.git_commits import LocalCommits, RemoteCommits
from atr.checks.source_listing import SourceListing
from atr.domain.check import Finding, Severity
from atr.domain.check_policy import CheckPolicy
from atr.domain.source import SOURCE_FILE, SourceReference
from tests.support.archives import LEGAL, TarMember
from tests.support.git_repository import Repository
from tests.unit.checks.comparing import COMMIT, REPOSITORY, find, know_source, list_rules, name_blobs, pack
from tests.unit.checks.examination import NAME, Release

CODE = TarMember("src/code.py", b"pass\n")


def compare_with(release: Release, repository: Repository, commit: str, folder: str = "") -> None:
    """Let the release be compared with a commit of a clone."""
    release.describe(source=SourceReference(str(repository.folder), commit, folder))
    release.change = lambda engine: replace(engine, fetch_source=LocalCommits(repository.folder))


def see(release: Release) -> Finding:
    """Return the only finding about the source."""
    (found,) = [each for each in release.examine() if each.rule.startswith("source.")]
    return found


@pytest.fixture
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository.create(tmp_path_factory.mktemp("git") / "repository")


def test_an_archive_of_a_commit_matches_it(release: Release, repository: Repository) -> None:
    commit = repository.commit({**LEGAL, CODE.path: CODE.content, ".gitignore": b"x"}, {"link": "LICENSE"})
    link = TarMember("link", type=tarfile.SYMTYPE, link="LICENSE")
    hard = TarMember("src/code.py", type=tarfile.LNKTYPE, link="example-1.0/src/first.py")
    release.add(NAME, pack(CODE, link))
    compare_with(release, repository, commit)
    found = see(release)
    assert (found.rule, found.data["same"], found.data["left_out"]) == ("source.matches", 4, 1)
    assert found.data["commit"] == commit
    assert f"All 4 files of {NAME} are those of commit {commit[:12]}" in found.message
    release.add(NAME, pack(TarMember("src/first.py", CODE.content), hard))
    assert find(release, "source.not-in-commit")[0].data["files"] == ("src/first.py",)
    assert find(release, "source.differs") == []


def test_git_archive_itself_matches(release: Release, repository: Repository) -> None:
    commit = repository.commit({**LEGAL, CODE.path: CODE.content, "ü.txt": b"x"}, {"link": "src"})
    archive = release.folder.parent / "made.tar.gz"
    repository.run("archive", "--prefix=example-1.0/", "--format=tar.gz", f"--output={archive}", commit)
    release.add(NAME, archive.read_bytes())
    compare_with(release, repository, commit)
    assert see(release).rule == "source.matches"


def test_another_commit_is_another_source(release: Release, repository: Repository) -> None:
    old = repository.commit({**LEGAL, CODE.path: b"old"})
    repository.commit({CODE.path: CODE.content})
    release.add(NAME, pack(CODE, TarMember("more.py", b"x")))
    compare_with(release, repository, old)
    assert {
        each.rule: each.data["files"] for each in release.examine() if each.rule.startswith("source.")
    } == {
        "source.differs": (CODE.path,),
        "source.not-in-commit": ("more.py",),
    }


def test_generated_files_are_known_by_the_policy(release: Release, repository: Repository) -> None:
    commit = repository.commit({**LEGAL, "setup.cfg": b"old"})
    release.add(
        NAME, pack(TarMember("PKG-INFO", b"x"), TarMember("setup.cfg", b"y"), TarMember("gen/a", b"z"))
    )
    compare_with(release, repository, commit)
    assert see(release).data["files"] == ("gen/a",)
    release.describe(policy=replace(CheckPolicy(), generated_globs=("PKG-INFO", "setup.cfg", "gen/*")))
    found = see(release)
    assert (found.rule, found.data["generated"]) == ("source.matches", 3)
    assert "known as generated" in found.message


def test_a_product_may_live_in_a_folder_of_its_repository(release: Release, repository: Repository) -> None:
    files = {f"python/{name}": content for name, content in LEGAL.items()}
    commit = repository.commit({**files, "other": b"x"})
    compare_with(release, repository, commit, "python")
    found = see(release)
    assert (found.rule, found.data["left_out"]) == ("source.matches", 0)
    assert "folder python" in found.message


def test_submodules_are_not_looked_into_and_that_is_said(release: Release) -> None:
    listing = name_blobs({})
    know_source(release, lambda _: SourceListing(listing.files, frozenset({"third"})))
    release.add(NAME, pack(TarMember("third/a", b"x"), TarMember("b", b"x")))
    found = see(release)
    assert found.message.endswith("1 of them are in submodules, which are not looked into.")


def test_an_archive_without_a_root_is_compared_as_it_is(release: Release, repository: Repository) -> None:
    commit = repository.commit({"example-1.0/a": b"a", "b": b"b"})
    release.add(NAME, pack(TarMember("a", b"a")))
    compare_with(release, repository, commit)
    assert [each.rule for each in release.examine() if each.rule.startswith("source.")] == [
        "source.not-in-commit"
    ]


def test_binaries_and_rebuilds_are_not_compared(release: Release) -> None:
    know_source(release, lambda _: name_blobs({}))
    release.add("example-1.0-bin.tar.gz", pack(CODE))
    release.write(f".atr/rebuilds/me/{NAME}", pack(CODE))
    assert see(release).artifact == NAME


def test_a_commit_that_is_missing_is_told_with_gits_words(release: Release, repository: Repository) -> None:
    repository.commit(LEGAL)
    compare_with(release, repository, COMMIT)
    found = see(release)
    assert (found.rule, found.severity) == ("source.unavailable", Severity.CONCERN)
    assert "could not be looked at: Not a valid object name" in found.message


def test_a_commit_by_sha256_is_not_guessed_at(release: Release, repository: Repository) -> None:
    compare_with(release, repository, "0" * 64)
    assert "SHA-256" in see(release).message


def test_a_folder_that_is_no_repository_is_unavailable(release: Release, tmp_path: Path) -> None:
    release.describe(source=SourceReference(str(tmp_path), COMMIT))
    release.change = lambda engine: replace(engine, fetch_source=LocalCommits(tmp_path))
    assert "not a git repository" in see(release).message


def test_nothing_is_fetched_from_where_nobody_allowed_it(release: Release) -> None:
    know_source(release, RemoteCommits(("https://git.example.org/other",)))
    found = see(release)
    assert (found.rule, found.severity, found.artifact) == ("source.not-allowed", Severity.NOTE, SOURCE_FILE)
    assert REPOSITORY in found.message


def test_where_the_comparison_is_required_none_is_a_blocker_whatever_the_reason(release: Release) -> None:
    release.describe(policy=replace(CheckPolicy(), required_checks=("version control",)))
    assert see(release).message.endswith("Nobody said which commit the sources are made of.")
    know_source(release, RemoteCommits())
    found = see(release)
    assert (found.rule, found.severity) == ("source.unknown", Severity.BLOCKER)
    assert "source_repositories does not list its address" in found.message


def test_without_a_commit_nothing_is_said(release: Release) -> None:
    assert list_rules(release, "source") == []


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"repository": 1, "commit": "x"}', b"[" * 10_000, b" " * 20_000]
)
def test_what_names_no_commit_is_a_blocker(release: Release, content: bytes) -> None:
    release.write(SOURCE_FILE, content)
    assert see(release).rule == "source.unreadable"


def test_an_unreadable_archive_is_not_compared(release: Release) -> None:
    know_source(release, lambda _: name_blobs({}))
    release.add(NAME, pack(CODE)[:-20])
    assert list_rules(release, "source") == []
