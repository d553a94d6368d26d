# SPDX-License-Identifier: Apache-2.0
"""What people at a terminal see and are asked, and programs are not."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.conftest import RELEASE
from tests.support.terminal import Site


@pytest.fixture
def begun(project: Site) -> Site:
    """Return the site with a candidate without files."""
    project.do("rm", "release", "create", RELEASE)
    return project


def type_command(site: Site, user: str, *words: str | Path, answer: str = "") -> tuple[int, str]:
    """Run the program at a terminal; return its exit code and all that was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "atr.client.main", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={
            name: value
            for name, value in os.environ.items()
            if name not in {"ATR_TOKEN", "NO_COLOR", "CI", "COLUMNS"}
        }
        | {"ATR_URL": site.url, "ATR_LOGIN_FILE": str(site.find_login(user)), "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    while block := read_block(ours):
        shown += block
        if answer and shown.rstrip().endswith(b":"):  # what was typed before the question is not read
            os.write(ours, answer.encode())
            answer = ""
    os.close(ours)
    return process.wait(), shown.decode()


def read_block(terminal: int) -> bytes:
    """Return what is shown next; nothing when the other side is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_transfers_show_how_far_they_are(begun: Site, dist: Path, tmp_path: Path) -> None:
    code, shown = type_command(begun, "rm", "upload", RELEASE, "--dir", dist)
    assert (code, "Reading" in shown, "Sending" in shown, "\x1b[32m✓" in shown) == (0, True, True, True), (
        shown
    )
    code, shown = type_command(begun, "rm", "download", RELEASE, "--dir", tmp_path / "copy")
    assert (code, "Receiving" in shown) == (0, True), shown


def test_evaluation_shows_the_files_examined(begun: Site, dist: Path) -> None:
    begun.run("rm", "upload", RELEASE, "--dir", dist)
    with begun.working():
        code, shown = type_command(begun, "rm", "evaluate", RELEASE, "--wait")
    assert (code, "Examining" in shown, "3/3" in shown) == (0, True, True), shown


def test_setting_aside_is_asked_about_first(begun: Site) -> None:
    code, shown = type_command(begun, "rm", "release", "delete", RELEASE, answer="n\n")
    assert (code, f"Set {RELEASE} aside?" in shown, "Aborted" in shown) == (1, True, True)
    code, shown = type_command(begun, "rm", "release", "delete", RELEASE, answer="y\n")
    assert (code, "phase abandoned" in shown) == (0, True)


def test_a_login_link_is_asked_for_without_showing_it(site: Site) -> None:
    link = site.make_link("alice")
    code, shown = type_command(site, "alice", "login", answer=f"{link}\n")
    assert (code, "Login link or token: " in shown, "Signed in" in shown) == (0, True, True), shown
