# SPDX-License-Identifier: Apache-2.0
"""`atr demo` as people start it: to its end, and with archives that it cannot release."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.archives import make_source, make_tar_gz
from tests.support.database import make_quick_folder
from tests.support.serving import name_environment

pytestmark = pytest.mark.xdist_group("demo")
LONGEST_SECONDS = 480


def run_demo(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "atr.client.main", "demo", "--once", *map(str, words)],
        env=name_environment({}),
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """Return the folder in which all demos of this module find their installation."""
    with make_quick_folder() as folder:
        yield folder / "data"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive; its version is one of those in the demo's own history, which must give way."""
    path = tmp_path_factory.mktemp("archive") / "sample-1.1.0.tar.gz"
    path.write_bytes(make_source("sample-1.1.0"))
    return path


@pytest.fixture(scope="module")
def played(archive: Path, data: Path) -> "subprocess.CompletedProcess[str]":
    """Return how the demo of the archive ended."""
    return run_demo(archive, "--data", data)


def test_the_demo_ends_with_the_page_and_the_verification(played: "subprocess.CompletedProcess[str]") -> None:
    assert played.returncode == 0, played
    page, verification = played.stdout.splitlines()[-2:]
    assert page.startswith("Release page: http://127.0.0.1:")
    assert page.endswith("/releases/sample/main/1.1.0")
    assert verification.startswith("Verification: ")
    assert verification.endswith("nothing wrong.")


def test_a_folder_that_has_seen_the_release_is_refused(
    played: "subprocess.CompletedProcess[str]", archive: Path, data: Path
) -> None:
    again = run_demo(archive, "--data", data)
    assert again.returncode == 1
    assert again.stderr == (
        f"atr demo: sample/1.1.0 is in {data} already, from an earlier run, "
        "and no version is released twice: give --data a new folder, or leave it out.\n"
    )


def test_an_archive_without_a_version_in_its_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.tar.gz"
    path.write_bytes(make_source("sample"))
    ended = run_demo(path)
    assert ended.returncode == 1
    assert ended.stderr == (
        "atr demo: sample.tar.gz does not tell its version: name it NAME-VERSION.tar.gz or the like.\n"
    )


def test_an_archive_with_a_blocker_ends_the_demo(
    played: "subprocess.CompletedProcess[str]", tmp_path: Path, data: Path
) -> None:
    path = tmp_path / "sample-2.0.0.tar.gz"
    path.write_bytes(make_tar_gz())
    ended = run_demo(path, "--data", data)
    assert ended.returncode == 1
    assert "atr demo: `atr evaluate sample/2.0.0 --wait` ended with exit code 1" in ended.stderr
    assert "blocker" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_release_goes_to_five_registries_is_watched_there_and_taken_back() -> None:
    ended = run_demo("--distribute")
    assert ended.returncode == 0, ended
    before, announced, after = ended.stdout.partition("is announced at")
    assert announced
    for channel in ("github", "images", "npm", "pypi"):
        assert re.search(rf"^{channel} +confirmed +yes", before, re.MULTILINE), channel
    assert re.search(r"^testpypi +verified +no", before, re.MULTILINE)
    assert "From here on nothing can be undone" in before
    assert re.search(r"^github +confirmed +yes +other bytes: ", after, re.MULTILINE)
    assert re.search(r"^npm +withdrawn", after, re.MULTILINE)
    assert "Then say: atr distribute verify sample/2.0.0 pypi" in after
