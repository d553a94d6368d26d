# SPDX-License-Identifier: Apache-2.0
"""`atr check` beside the release before, a clone, and a server of repositories."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from atr.client.commands.check import check
from atr.client.failures import Failed
from atr.domain.source import SOURCE_FILE, SourceReference
from tests.support.archives import LEGAL, TarMember, make_source, write_triple
from tests.support.git_repository import Repository
from tests.support.keys import TestKey, write_keys_file
from tests.support.terminal import Site

NAME = "example-1.0.tar.gz"
CODE = TarMember("example-1.0/code.py", b"pass\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a good release, its KEYS file and the release before outside."""
    key = TestKey()
    write_keys_file(tmp_path / "KEYS", key)
    folder, before = tmp_path / "release", tmp_path / "before"
    folder.mkdir()
    before.mkdir()
    write_triple(folder, NAME, make_source("example-1.0", [CODE]), key)
    write_triple(before, "example-0.9.tar.gz", make_source("example-0.9"), key)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repository")


def run(folder: Path, *options: str | Path) -> Result:
    arguments = [str(folder), "--keys", str(folder.parent / "KEYS"), "--json", *map(str, options)]
    return CliRunner().invoke(check, arguments, catch_exceptions=False)


def find(result: Result, rule: str) -> dict[str, object]:
    """Return the data of the only finding of a rule."""
    (found,) = [each for each in json.loads(result.stdout)["findings"] if each["rule"] == rule]
    return dict(found["data"], message=found["message"])


@pytest.mark.parametrize(
    "options", [(), ("--version", "1.0"), ("--version", "1.0", "--previous-version", "0.9")]
)
def test_the_release_before_is_compared_whoever_knows_its_version(
    folder: Path, options: tuple[str, ...]
) -> None:
    found = find(run(folder, "--previous", folder.parent / "before", *options), "previous.compared")
    assert (found["since"], found["added"], found["unchanged"]) == ("0.9", ["code.py"], 2)


def test_a_commit_of_a_clone_is_compared(folder: Path, repository: Repository) -> None:
    commit = repository.commit({**LEGAL, "code.py": CODE.content})
    result = run(folder, "--repository", repository.folder, "--commit", commit)
    assert result.exit_code == 0
    assert find(result, "source.matches")["same"] == 3


def test_the_release_itself_may_name_commit_and_folder(folder: Path, repository: Repository) -> None:
    commit = repository.commit(
        {f"sub/{path}": content for path, content in {**LEGAL, "code.py": b"other"}.items()}
    )
    place = folder / SOURCE_FILE
    place.parent.mkdir()
    place.write_bytes(SourceReference("https://git.example.org/x", commit, "sub").write())
    assert "repeat with --repository" in str(find(run(folder), "source.not-allowed")["message"])
    assert find(run(folder, "--repository", repository.folder), "source.differs")["files"] == ["code.py"]
    elsewhere = run(folder, "--repository", repository.folder, "--source-folder", "")
    assert find(elsewhere, "source.not-in-commit")["files_count"] == 3


def test_a_reference_that_cannot_be_read_is_the_checks_affair(folder: Path, repository: Repository) -> None:
    (folder / SOURCE_FILE).parent.mkdir()
    (folder / SOURCE_FILE).write_bytes(b"{}")
    assert find(run(folder), "source.unreadable")
    commit = repository.commit(LEGAL)
    result = run(folder, "--repository", repository.folder, "--commit", commit)
    assert find(result, "source.not-in-commit")["files"] == ["code.py"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--commit", "0" * 40), "Name the --repository"),
        (("--repository", "."), "Name the --commit"),
    ],
)
def test_half_of_what_is_needed_is_wrong_usage(folder: Path, options: tuple[str, ...], said: str) -> None:
    result = run(folder, *options)
    assert (result.exit_code, said in result.stderr) == (2, True)


@pytest.mark.parametrize("place", ["http://git.example.org/x", "ext::sh -c true", "nowhere"])
def test_only_clones_and_https_are_repositories(folder: Path, place: str) -> None:
    with pytest.raises(Failed, match="https://host/path"):
        run(folder, "--repository", place, "--commit", "0" * 40)


def test_a_server_that_does_not_answer_is_a_concern_and_no_end(folder: Path) -> None:
    result = run(folder, "--repository", "https://127.0.0.1:1/x", "--commit", "0" * 40)
    assert result.exit_code == 0
    assert "could not be looked at" in str(find(result, "source.unavailable")["message"])


def test_what_changed_inside_archives_is_shown(candidate: Site, dist: Path, signer: TestKey) -> None:
    changed = [TarMember("demo-1.0/new.py", b"new"), TarMember("demo-1.0/run.sh", b"x", mode=0o755)]
    write_triple(dist, "demo-1.0.tar.gz", make_source("demo-1.0", changed), signer)
    candidate.do("rm", "upload", "demo/1.0", "--dir", dist)
    plain = candidate.do(None, "release", "diff", "demo/1.0", "@1")
    assert "new.py" not in plain.stdout
    shown = candidate.do(None, "release", "diff", "demo/1.0", "@1", "--members")
    assert "Inside demo-1.0.tar.gz: 2 added, 2 the same." in shown.stdout
    assert "added   new.py  3 bytes" in shown.stdout
    data = candidate.do(None, "release", "diff", "demo/1.0", "@1", "--members", "--json").data
    (members,) = [each["members"] for each in data["changes"] if each["members"]]
    assert [each["path"] for each in members["items"]] == ["new.py", "run.sh"]


def test_many_changes_inside_an_archive_are_shown_in_part(
    candidate: Site, dist: Path, signer: TestKey
) -> None:
    many = [TarMember(f"demo-1.0/{number}", b"x") for number in range(150)]
    write_triple(dist, "demo-1.0.tar.gz", make_source("demo-1.0", many), signer)
    candidate.do("rm", "upload", "demo/1.0", "--dir", dist)
    run_only = [replace(each, mode=0o755) for each in many]
    write_triple(dist, "demo-1.0.tar.gz", make_source("demo-1.0", run_only), signer)
    candidate.do("rm", "upload", "demo/1.0", "--dir", dist)
    shown = candidate.do(None, "release", "diff", "demo/1.0", "@2", "--members")
    assert "150 with other permissions" in shown.stdout
    assert "644 -> 755" in shown.stdout
    assert "There are more" in shown.stdout


def test_what_is_only_said_about_a_release_does_not_hinder_its_proof(
    project: Site, dist: Path, tmp_path: Path
) -> None:
    project.do("rm", "release", "create", "demo/1.0")
    project.do("rm", "upload", "demo/1.0", "--dir", dist)
    project.do("rm", "upload", "demo/1.0", dist / "demo-1.0.tar.gz", "--rebuild", "debian")
    project.do("rm", "evaluate", "demo/1.0")
    project.do("rm", "vote", "start", "demo/1.0")
    for voter in ("alice", "bob", "carol"):
        project.do(voter, "vote", "cast", "demo/1.0", "+1")
    project.do("rm", "announce", "demo/1.0")
    public = project.do(None, "verify", f"{project.url}/releases/demo/main/1.0")
    assert "All 3 files" in public.stdout
    folder = tmp_path / "all"
    project.do(None, "download", "demo/1.0", "--dir", folder, "--with-evidence")
    assert folder.joinpath(".atr/rebuilds/debian/demo-1.0.tar.gz").is_file()
    assert "All 4 files" in project.do(None, "verify", folder).stdout
    folder.joinpath(".atr/rebuilds/debian/demo-1.0.tar.gz").write_bytes(b"changed")
    assert project.atr(None, "verify", folder).code == 1
