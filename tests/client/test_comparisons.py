# SPDX-License-Identifier: Apache-2.0
"""`atr check` beside the release before, a clone, and a server of repositories."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from atr.client.commands.check import check
from atr.client.failures import Failed
from atr.domain.source import SOURCE_FILE, SourceReference
from tests.support.archives import LEGAL, TarMember, make_source, write_triple
from tests.support.git_repository import Repository
from tests.support.keys import TestKey, write_keys_file

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
