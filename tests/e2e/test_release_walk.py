# SPDX-License-Identifier: Apache-2.0
"""A release from its first file to what people install, in a real browser, with scripts and without.

Everybody has a browser of their own. With scripts nobody reloads: pages follow what the others do.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from atr.admin.demo.packages import PACKAGE, write_packages
from atr.admin.demo.stage import SAMPLE_FOUNDATION
from atr.client.credentials import Login
from tests.support.archives import make_source, write_triple
from tests.support.browser import open_browser, open_context
from tests.support.database import make_quick_folder
from tests.support.keys import TestKey
from tests.support.python_packages import TOKEN, run_pypiserver
from tests.support.serving import BRISK, Serving, run_installation
from tests.support.terminal import run_program
from tests.support.walking import VOTERS, sign_in_cast

pytestmark = pytest.mark.xdist_group("browsers")
PATIENCE_SECONDS = 40
MODULE = PACKAGE.replace("-", "_")


@pytest.fixture(scope="module")
def signer() -> TestKey:
    return TestKey()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Python package index."""
    with run_pypiserver(tmp_path_factory.mktemp("index")) as url:
        yield url


@pytest.fixture(scope="module")
def installation(signer: TestKey, index: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Return a server with the sample foundation, whose releases have to reach the index too."""
    folder = tmp_path_factory.mktemp("walk")
    with make_quick_folder() as data, run_installation(data / "data", BRISK) as serving:
        ended = run_program("admin", "load", SAMPLE_FOUNDATION, "--data", serving.data)
        assert ended.code == 0, ended
        office = Office(serving, folder, sign_in_cast(serving.url, serving.data, folder, "sysadmin"))
        (folder / "rm.asc").write_text(signer.armored)
        office.run("rm", "key", "add", folder / "rm.asc", "--project", "sample")
        channel = {"key": "pypi", "name": "Python", "platform": "pypi", "url": index, "local": True}
        office.run("sysadmin", "channel", "create", office.write(channel | {"credentials": {"token": TOKEN}}))
        uses = {"channel_uses": [{"channel": "pypi", "package": PACKAGE, "required": True}]}
        office.run("pmc1", "product", "set", "sample", "main", "--channels-file", office.write(uses))
        yield serving


@dataclass(slots=True)
class Office:
    """Where the foundation is set up from the command line."""

    serving: Serving
    folder: Path
    logins: Mapping[str, Login]

    def run(self, user: str, *words: str | Path) -> None:
        """Run a command as somebody."""
        environment: dict[str, str | None] = {
            "ATR_URL": self.serving.url,
            "ATR_TOKEN": self.logins[user].token,
            "ATR_LOGIN_FILE": str(self.folder / "none.json"),
        }
        ended = run_program(*words, environment=environment)
        assert ended.code == 0, ended

    def write(self, fields: Mapping[str, object]) -> Path:
        """Return a file that holds the fields."""
        path = self.folder / "fields.json"
        path.write_text(json.dumps(fields))
        return path


@dataclass(slots=True)
class Desk:
    """Somebody at a browser; `script` says whether pages may run theirs."""

    page: Page
    url: str
    script: bool

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(f"{self.url}{path}")

    def press(self, name: str) -> None:
        """Press a button, or follow a link, by its words."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).first.click()

    def await_text(self, text: str) -> None:
        """Wait until the page says so: by itself with a script, by reloading without."""
        found = self.page.get_by_text(text).first
        if self.script:
            expect(found).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
            return
        self._reload_until(found.is_visible)

    def _reload_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.page.inner_text("main")
            time.sleep(0.2)
            self.page.reload()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def desks(
    request: pytest.FixtureRequest, installation: Serving, browser: Browser
) -> Iterator[dict[str, Desk]]:
    """Return everybody at a browser of their own, signed in by link."""
    people = ("rm", *VOTERS)
    links = run_program("admin", "login-link", *people, "--data", installation.data).stdout.split()
    with ExitStack() as stack:
        desks = {}
        for person, link in zip(people, links, strict=True):
            context = stack.enter_context(open_context(browser, script=request.param))
            desk = Desk(context.new_page(), installation.url, request.param)
            desk.page.goto(link)
            desk.page.locator("form.plain button[type=submit]").last.click()
            desks[person] = desk
        yield desks


def write_files(folder: Path, version: str, signer: TestKey) -> list[Path]:
    root = f"sample-{version}"
    files = folder / "files"
    files.mkdir()
    write_triple(files, f"{root}-src.tar.gz", make_source(root), signer)
    for package in write_packages(folder, version):
        if package.name.startswith(MODULE):
            write_triple(files, package.name, package.read_bytes(), signer)
    return sorted(files.iterdir())


def add_files(rm: Desk, files: list[Path]) -> None:
    """Choose files on the page of a candidate, and have them become a revision."""
    rm.page.set_input_files("#f-file", files)
    if rm.script:
        expect(rm.page.locator("#sends .send")).to_have_count(len(files))
    rm.page.get_by_label("What is new in this revision?").fill("The first files")
    rm.press("Add the files")
    await_revision(rm)


def await_revision(rm: Desk) -> None:
    made = rm.page.get_by_role("link", name="Revision 1", exact=True).first
    expect(made).to_be_visible(timeout=PATIENCE_SECONDS * 1000)


def vote(member: Desk, page: str) -> None:
    member.go(f"{page}/votes/1")
    member.page.get_by_role("radio", name="+1").check()
    member.press("Vote +1")
    expect(member.page.get_by_text("You voted").first).to_be_visible()


def test_a_release_is_made_by_four_people(
    desks: dict[str, Desk], installation: Serving, index: str, signer: TestKey, tmp_path: Path
) -> None:
    rm = desks["rm"]
    version = "7.0.0" if rm.script else "7.1.0"
    page = f"/releases/sample/main/{version}"
    files = write_files(tmp_path, version, signer)

    rm.go("/projects/sample/main/new-release")
    rm.page.get_by_label("Version").fill(version)
    rm.press("Begin the candidate")
    expect(rm.page).to_have_url(re.compile(f"{page}/files$"))
    add_files(rm, files)

    rm.go(page)
    rm.await_text("Seal revision 1, so that it can be voted on.")
    rm.press("Seal and evaluate")
    rm.press("Start the vote")
    rm.press("Start the vote and send the mail")
    expect(rm.page).to_have_url(re.compile(f"{page}/votes/1$"))

    for number, member in enumerate(VOTERS[:2], start=1):
        vote(desks[member], page)
        rm.await_text(f"{number} of 3 required binding +1 votes were cast.")
    vote(desks[VOTERS[2]], page)
    rm.await_text("The vote is over: it passed.")

    rm.go(f"{page}/distribution")
    rm.await_text("confirmed")
    assert f"{MODULE}-{version}" in httpx2.get(f"{index}/simple/{PACKAGE}/").text

    rm.go(page)
    rm.await_text("Read the announcement and send it.")
    rm.press("Read and announce")
    rm.press("Approve and send")
    rm.await_text("It was sent.")
    rm.go(page)
    expect(rm.page.locator(".situation-big").first).to_have_text("Released")

    rm.press("Download")
    expect(rm.page.get_by_text(f"atr verify {installation.url}/current/sample/{version}")).to_be_visible()
    archive = next(file for file in files if file.name.endswith(".tar.gz"))
    with rm.page.expect_download() as download:
        rm.press(archive.name)
    assert download.value.path().read_bytes() == archive.read_bytes()
    ended = run_program("verify", f"{installation.url}/current/sample/{version}")
    assert ended.code == 0, ended


@pytest.mark.parametrize("desks", [True], indirect=True, ids=["with scripts"])
def test_an_upload_goes_on_after_its_connection_was_cut(
    desks: dict[str, Desk], signer: TestKey, tmp_path: Path
) -> None:
    rm = desks["rm"]
    rm.go("/projects/sample/tools/new-release")
    rm.page.get_by_label("Version").fill("2026.11")
    rm.press("Begin the candidate")
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(range(256)) * 80_000)  # 20 MB: three pieces
    sent: list[str] = []

    def cut_second(route: Route) -> None:
        sent.append(route.request.method)
        if sent.count("PATCH") == 2 and sent[-1] == "PATCH":
            route.abort("connectionreset")
        else:
            route.continue_()

    rm.page.route("**/uploads/*", cut_second)
    rm.page.set_input_files("#f-file", [large])
    rm.press("Add the files")

    await_revision(rm)
    assert sent.count("PATCH") == 4  # three pieces, one of them twice
