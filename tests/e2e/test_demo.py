# SPDX-License-Identifier: Apache-2.0
"""`atr demo` as people start it: to its end, and with archives that it cannot release."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.archives import make_source, make_tar_gz
from tests.support.serving import name_environment

LONGEST_SECONDS = 180


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


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "sample-2.0.0.tar.gz"
    path.write_bytes(make_source("sample-2.0.0"))
    return path


@pytest.mark.xdist_group("demo")
def test_the_demo_ends_with_the_page_and_the_verification(archive: Path, quick_path: Path) -> None:
    data = quick_path / "data"
    ended = run_demo(archive, "--data", data)
    assert ended.returncode == 0, ended
    page, verification = ended.stdout.splitlines()[-2:]
    assert page.startswith("Release page: http://127.0.0.1:")
    assert page.endswith("/releases/sample/main/2.0.0")
    assert verification.startswith("Verification: ")
    assert verification.endswith("nothing wrong.")

    again = run_demo(archive, "--data", data)
    assert again.returncode == 1
    assert "sample/2.0.0 is in" in again.stderr
    assert "new folder" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.xdist_group("demo")
def test_an_archive_without_a_version_in_its_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.tar.gz"
    path.write_bytes(make_source("sample"))
    ended = run_demo(path)
    assert ended.returncode == 1
    assert ended.stderr == (
        "atr demo: sample.tar.gz does not tell its version: name it NAME-VERSION.tar.gz or the like.\n"
    )


@pytest.mark.xdist_group("demo")
def test_an_archive_with_a_blocker_ends_the_demo(tmp_path: Path, quick_path: Path) -> None:
    path = tmp_path / "sample-2.0.0.tar.gz"
    path.write_bytes(make_tar_gz())
    ended = run_demo(path, "--data", quick_path / "data")
    assert ended.returncode == 1
    assert "atr demo: `atr evaluate sample/2.0.0 --wait` ended with exit code 1" in ended.stderr
    assert "blocker" in ended.stdout
    assert "Traceback" not in ended.stderr
