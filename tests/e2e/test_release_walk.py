# SPDX-License-Identifier: Apache-2.0
"""A release from its first file to what people install, in a real browser, with scripts and without.

Everybody has a browser of their own. With scripts nobody reloads: pages follow what the others do.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Route, expect

from atr.admin.demo.packages import PACKAGE, write_packages
from tests.support.archives import make_source, write_triple
from tests.support.browser import open_browser
from tests.support.desk import PATIENCE_SECONDS, Desk, sit_down
from tests.support.keys import TestKey
from tests.support.python_packages import run_pypiserver
from tests.support.sample_site import run_sample_site
from tests.support.serving import Serving
from tests.support.terminal import run_program
from tests.support.walking import VOTERS

pytestmark = pytest.mark.xdist_group("browsers")
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
    with run_sample_site(tmp_path_factory.mktemp("walk"), signer, index) as serving:
        yield serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def desks(
    request: pytest.FixtureRequest, installation: Serving, browser: Browser
) -> Iterator[dict[str, Desk]]:
    with sit_down(browser, installation, ("rm", *VOTERS), script=request.param) as desks:
        yield desks


def write_files(folder: Path, version: str, signer: TestKey) -> list[Path]:
    root = f"sample-tools-{version}"
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
    version = "2026.11" if rm.script else "2026.12"
    page = f"/releases/sample/tools/{version}"
    files = write_files(tmp_path, version, signer)

    rm.go("/projects/sample/tools/new-release")
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
        rm.await_text(f"It passes as soon as it has {3 - number} more binding +1")
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
    published = f"{installation.url}/current/sample/tools/{version}"
    expect(rm.page.get_by_text(f"atr verify {published}").first).to_be_visible()
    archive = next(file for file in files if file.name.endswith(".tar.gz"))
    with rm.page.expect_download() as download:
        rm.press(archive.name)
    assert download.value.path().read_bytes() == archive.read_bytes()
    ended = run_program("verify", published)
    assert ended.code == 0, ended


@pytest.mark.parametrize("desks", [True], indirect=True, ids=["with scripts"])
def test_an_upload_goes_on_after_its_connection_was_cut(
    desks: dict[str, Desk], signer: TestKey, tmp_path: Path
) -> None:
    rm = desks["rm"]
    rm.go("/projects/sample/docs/new-release")
    rm.page.get_by_label("Version").fill("2026-11-21")
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
