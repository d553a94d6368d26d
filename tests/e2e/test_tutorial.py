# SPDX-License-Identifier: Apache-2.0
"""The tutorial, followed step by step in a browser: what it names is what is pressed, in that order.

The pictures are in `build/pictures/tutorial` afterwards; `TUTORIAL_PICTURES` names another folder.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import open_browser, open_context
from tests.support.desk import PATIENCE_SECONDS, Desk, make_login_links
from tests.support.keys import TestKey
from tests.support.sample_site import run_plain_site
from tests.support.serving import Serving
from tests.support.terminal import run_program
from tests.support.walking import VOTERS

pytestmark = pytest.mark.xdist_group("browsers")
TUTORIAL = Path("docs/tutorial/first-release-in-the-browser.md")
PICTURES = Path(os.environ.get("TUTORIAL_PICTURES", "build/pictures/tutorial"))
VERSION = "2.0.0"
PAGE = f"/releases/sample/main/{VERSION}"
SOURCE = f"sample-{VERSION}-src.tar.gz"


@pytest.fixture
def installation() -> Iterator[Serving]:
    with run_plain_site() as serving:
        yield serving


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


class Follower:
    """A reader of the tutorial, who plays everybody in it, one after the other."""

    def __init__(self, browser: Browser, installation: Serving, stack: ExitStack) -> None:
        self.installation = installation
        self.used: list[str] = []
        self.taken: list[str] = []
        self._links = make_login_links(installation, ("rm", *VOTERS))
        self._browser, self._stack = browser, stack
        PICTURES.mkdir(parents=True, exist_ok=True)

    def sign_in(self, person: str, name: str, *, is_told: bool = True) -> Desk:
        """Return the person's own browser, signed in by link; what is told twice is written down once."""
        context = self._stack.enter_context(open_context(self._browser, 1200, 800))
        used = self.used if is_told else []
        desk = Desk(context.new_page(), self.installation.url, script=True, used=used)
        desk.page.goto(self._links[person])
        desk.press(f"Sign in as {name}")
        return desk

    def photograph(self, desk: Desk, name: str, part: str = "") -> None:
        """Take the picture that stands here in the tutorial: of the window, or of a part of the page."""
        self.taken.append(name)
        desk.page.evaluate("document.fonts.ready")
        path = PICTURES / f"{name}.png"
        if part:
            desk.page.locator(part).first.scroll_into_view_if_needed()
        desk.page.screenshot(path=path)


def test_whoever_follows_the_tutorial_makes_a_release(
    browser: Browser, installation: Serving, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        reader = Follower(browser, installation, stack)
        rm = reader.sign_in("rm", "Sample Release Manager")
        signer = TestKey(user_id="Sample Release Manager <rm@foundation.example>")
        attach_key(reader, rm, signer)
        compose(reader, rm, write_files(tmp_path, signer))
        call_vote(reader, rm)
        cast_votes(reader, rm)
        publish(reader, rm)
    ended = run_program("verify", f"{installation.url}/current/sample/{VERSION}")
    assert ended.code == 0, ended

    text = TUTORIAL.read_text()
    assert re.findall(r"\*\*(.+?)\*\*", text) == reader.used
    assert re.findall(r"\]\(pictures/(.+?)\.png\)", text) == reader.taken


def write_files(folder: Path, signer: TestKey) -> list[Path]:
    """Return the candidate, made by the tutorial's own commands; only gpg is played by a key of the tests."""
    commands = next(
        each for each in re.findall(r"```\n(.+?)```", TUTORIAL.read_text(), re.DOTALL) if "tar -" in each
    )
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(name, folder)
    script = "".join(line for line in commands.splitlines(keepends=True) if not line.startswith("gpg"))
    subprocess.run(["sh", "-euc", script], cwd=folder, check=True)
    (folder / f"{SOURCE}.asc").write_bytes(signer.sign((folder / SOURCE).read_bytes()))
    return sorted(folder.glob(f"{SOURCE}*"))


def attach_key(reader: Follower, rm: Desk, signer: TestKey) -> None:
    reader.photograph(rm, "home")
    rm.press("Add your key")
    rm.fill("Public key", signer.armored)
    rm.press("Add the key")
    expect(rm.page.locator("#keys").get_by_text("rm@foundation.example").first).to_be_visible()
    rm.go("/")
    rm.press("Open the project's keys")
    rm.press("Attach")


def compose(reader: Follower, rm: Desk, files: list[Path]) -> None:
    rm.go("/")
    rm.press("Begin a candidate")
    rm.fill("Version", VERSION)
    rm.press("Begin the candidate")
    rm.page.set_input_files("#f-file", files)
    rm.fill("What is new in this revision?", "The first files")
    reader.photograph(rm, "compose")
    rm.press("Add the files")
    made = rm.page.get_by_role("link", name="Revision 1", exact=True).first
    expect(made).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    rm.press("Overview")
    rm.await_text("1 concern waits to be acknowledged.")
    reader.photograph(rm, "overview")
    rm.press("Acknowledge")
    rm.fill("Why do you go on in spite of it?", "Our own work, as LICENSE says.")
    rm.press("Acknowledge")
    rm.press("Overview")
    rm.await_text("Seal revision 1, so that it can be voted on.")
    rm.press("Seal and evaluate")


def call_vote(reader: Follower, rm: Desk) -> None:
    rm.press("Start the vote")
    reader.photograph(rm, "start-vote")
    rm.press("Start the vote and send the mail")
    expect(rm.page).to_have_url(re.compile(f"{PAGE}/votes/1$"))


def cast_votes(reader: Follower, rm: Desk) -> None:
    for number, name in enumerate(("One", "Two", "Three")):
        member = reader.sign_in(VOTERS[number], f"Sample PMC Member {name}", is_told=number == 0)
        if number == 0:
            reader.photograph(member, "waits-for-you")
        member.press(f"Vote on Sample Project {VERSION}")
        member.tick("Run the tests.")
        member.tick("+1")
        if number == 0:
            reader.photograph(member, "ballot", "#ballot")
        member.press("Vote +1")
        expect(member.page.get_by_text("You voted").first).to_be_visible()
        if number == 1:
            rm.await_text("as soon as it has 1 more binding +1 vote")
            reader.photograph(rm, "count")
    rm.await_text("The vote is over: it passed.")


def publish(reader: Follower, rm: Desk) -> None:
    rm.press("Overview")
    rm.await_text("Read the announcement and send it.")
    rm.press("Read and announce")
    reader.photograph(rm, "announcement")
    rm.press("Approve and send")
    rm.await_text("It was sent.")
    rm.press("Overview")
    expect(rm.page.locator(".situation-big").first).to_have_text("Released")
    rm.press("Download")
    reader.photograph(rm, "download")
    with rm.page.expect_download():
        rm.press(SOURCE)
