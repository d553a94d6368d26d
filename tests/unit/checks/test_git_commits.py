# SPDX-License-Identifier: Apache-2.0
"""Fetching commits with the real git program from a real server: confined, and only what is allowed."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import binary

from atr.checks.git_commits import LocalCommits, RemoteCommits, read_listing
from atr.checks.git_program import GitProgram, make_scratch
from atr.checks.source_listing import SourceNotAllowed, SourceUnavailable, refuse_source
from atr.domain.source import SourceReference
from tests.support.git_repository import GitSite, Repository, serve_repositories
from tests.unit.checks.comparing import COMMIT, name_blob

FILES = {"a.txt": b"one\n", "src/ü.py": b"two\n"}


@dataclass
class MemoryListings:
    """A cache that can be looked into."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def find_tree(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def keep_tree(self, key: str, tree: bytes) -> None:
        self.kept[key] = tree


@dataclass
class Hosted:
    """A repository behind a server, and its only commit."""

    site: GitSite
    repository: Repository
    commit: str

    @property
    def url(self) -> str:
        return f"{self.site.url}/project/.git"

    def ask(self, commit: str = "", **options: MemoryListings) -> dict[str, str]:
        """Return the files of a commit."""
        program = GitProgram(ca_file=self.site.ca_file, seconds=60)
        listing = RemoteCommits((self.site.url,), program=program, **options)(
            SourceReference(self.url, commit or self.commit)
        )
        return dict(listing.files)


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    repository = Repository.create(tmp_path / "root" / "project")
    first = repository.commit(FILES, {"link": "a.txt"})
    repository.commit({"a.txt": b"newer"})
    with serve_repositories(tmp_path / "root", tmp_path) as site:
        yield Hosted(site, repository, first)


def test_a_commit_that_is_no_branch_is_listed(hosted: Hosted) -> None:
    names = {path: name_blob(content) for path, content in FILES.items()}
    assert hosted.ask() == {**names, "link": name_blob(b"a.txt")}


def test_a_server_that_leaves_contents_out_gives_the_same_list(hosted: Hosted) -> None:
    whole = hosted.ask()
    hosted.repository.run("config", "uploadpack.allowFilter", "true")
    assert hosted.ask() == whole


def test_a_commit_is_fetched_once(hosted: Hosted) -> None:
    cache = MemoryListings()
    found = hosted.ask(cache=cache)
    asked = len(hosted.site.asked)
    assert hosted.ask(cache=cache) == found
    assert len(hosted.site.asked) == asked
    assert [key.split()[1:] for key in cache.kept] == [[hosted.commit, hosted.url]]


def test_submodules_are_listed_apart(hosted: Hosted) -> None:
    hosted.repository.run("update-index", "--add", "--cacheinfo", f"160000,{hosted.commit},third")
    hosted.repository.run("commit", "--quiet", "--message", "Add a submodule")
    commit = hosted.repository.run("rev-parse", "HEAD")
    for fetch in (LocalCommits(hosted.repository.folder),):
        listing = fetch(SourceReference("here", commit))
        assert listing.submodules == {"third"}
        assert "third" not in listing.files


@pytest.mark.parametrize("commit", [COMMIT, "f" * 40])
def test_an_unknown_commit_is_unavailable(hosted: Hosted, commit: str) -> None:
    with pytest.raises(SourceUnavailable, match="not our ref"):
        hosted.ask(commit)


def test_a_tree_is_no_commit(hosted: Hosted) -> None:
    tree = hosted.repository.run("rev-parse", f"{hosted.commit}^{{tree}}")
    with pytest.raises(SourceUnavailable):
        hosted.ask(tree)


def test_an_unknown_repository_is_unavailable_and_nobody_is_asked_for_a_password(hosted: Hosted) -> None:
    program = GitProgram(ca_file=hosted.site.ca_file)
    with pytest.raises(SourceUnavailable, match="not found"):
        RemoteCommits((hosted.site.url,), program=program)(
            SourceReference(f"{hosted.site.url}/other", hosted.commit)
        )


def test_redirects_do_not_lead_around_what_is_allowed(hosted: Hosted) -> None:
    hosted.site.redirect_to = hosted.site.url
    with pytest.raises(SourceUnavailable, match="302"):
        hosted.ask()
    assert len(hosted.site.asked) == 1


def test_a_server_that_nobody_vouches_for_is_not_believed(hosted: Hosted) -> None:
    with pytest.raises(SourceUnavailable, match="certificate"):
        RemoteCommits((hosted.site.url,))(SourceReference(hosted.url, hosted.commit))


@pytest.mark.parametrize("allowed", ["", "https://127.0.0.1", "https://example.org/"])
def test_only_what_stands_below_an_allowed_address_is_fetched(hosted: Hosted, allowed: str) -> None:
    prefixes = tuple(filter(None, [allowed]))
    with pytest.raises(SourceNotAllowed):
        RemoteCommits(prefixes)(SourceReference(hosted.url, hosted.commit))
    assert hosted.site.asked == []


def test_offline_nothing_is_fetched_unasked() -> None:
    with pytest.raises(SourceNotAllowed, match="--repository"):
        refuse_source(SourceReference("https://example.org/x", COMMIT))


def test_other_protocols_are_refused_even_when_something_asks_for_them(hosted: Hosted) -> None:
    places = (
        str(hosted.repository.folder),
        f"file://{hosted.repository.folder}",
        "ext::sh -c true",
        "ssh://127.0.0.1/x",
        "git://127.0.0.1/x",
    )
    with make_scratch() as scratch:
        git = GitProgram("https", (hosted.repository.folder,), (scratch,))
        git.run(scratch, "init", "--bare", "--quiet", ".")
        for place in places:
            with pytest.raises(SourceUnavailable, match=r"transport '.*' not allowed|not allowed"):
                git.run(scratch, "fetch", "--quiet", "--", place, hosted.commit)


def test_git_writes_nowhere_but_in_its_scratch_folder(hosted: Hosted, tmp_path: Path) -> None:
    with make_scratch() as scratch:
        git = GitProgram("none", (tmp_path,), (scratch,))
        with pytest.raises(SourceUnavailable):
            git.run(scratch, "init", "--bare", "--quiet", str(tmp_path / "elsewhere"))
    assert not (tmp_path / "elsewhere").exists()


def test_no_ones_settings_are_followed(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Evil")
    with make_scratch() as scratch:
        told = GitProgram("none", (), (scratch,)).run(scratch, "config", "--list", "--name-only")
    assert b"user.name" not in told


def test_a_clone_with_hooks_and_programs_in_its_settings_runs_none_of_them(hosted: Hosted) -> None:
    mark = hosted.repository.folder / "mark"
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass"):
        hosted.repository.run("config", name, f"touch {mark}")
    assert len(LocalCommits(hosted.repository.folder)(SourceReference("here", hosted.commit)).files) == 3
    assert not mark.exists()


def test_a_worktree_is_a_clone_too(hosted: Hosted, tmp_path: Path) -> None:
    hosted.repository.run("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    assert LocalCommits(tmp_path / "tree")(SourceReference("here", hosted.commit)).files


def test_a_git_that_does_not_end_is_ended(tmp_path: Path) -> None:
    program = GitProgram("none", (), (tmp_path,), seconds=0.5)
    with pytest.raises(SourceUnavailable, match=r"within 0\.5 seconds"):
        program.run(tmp_path, "-c", "alias.wait=!sleep 60", "wait")


def test_a_system_without_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "defpath", str(tmp_path))
    with pytest.raises(SourceUnavailable, match="not installed"):
        GitProgram().run(tmp_path, "version")


def test_a_commit_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atr.checks.git_program.MOST_BYTES", 3)
    with pytest.raises(SourceUnavailable, match="too many files"):
        GitProgram("none", (), (tmp_path,)).run(tmp_path, "version")


def test_a_failure_without_a_word_is_told_by_its_status(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="status 3 and no word"):
        GitProgram("none", (), (tmp_path,)).run(tmp_path, "-c", "alias.fail=!exit 3", "fail")


def test_git_is_there_as_the_documentation_asks() -> None:
    assert subprocess.run(["git", "--version"], check=True, capture_output=True).stdout


@given(binary())
def test_a_listing_is_read_whatever_it_says(listed: bytes) -> None:
    found = read_listing(listed + b"\x00100644 blob abc\tlast\xff\0")
    assert found.files["last\udcff"] == "abc"
