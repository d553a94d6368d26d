# SPDX-License-Identifier: Apache-2.0
"""Sending files with a real browser: folders, faults beside files, and going on after a cut and a reload."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision, ShowRevision
from atr.web.parts import WebParts
from tests.support.browser import open_browser, open_context
from tests.support.cutting import cut_connections
from tests.support.house import ServedHouse
from tests.support.playground import act_as, make_project, sign_in
from tests.support.voting import KEY, StoreFiles

pytestmark = pytest.mark.xdist_group("browser")
FILES_PAGE = "/releases/demo/main/1.0/files"
LARGE = 12_000_000
PATIENCE = 30_000


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with open_browser() as browser, open_context(browser) as context:
        yield context


@pytest.fixture
def site(served_house: ServedHouse, website: WebParts, door: Door) -> Iterator[str]:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    with served_house.inhabit(website) as url:
        yield url


def enter(context: BrowserContext, door: Door, site: str) -> Page:
    context.clear_cookies()
    context.add_cookies([{"name": "atr_session", "value": sign_in(door, "rm").secret, "url": site}])
    return context.new_page()


def list_paths(door: Door) -> list[str]:
    return [str(each.path) for each in door.ask(act_as(door, "rm"), ShowRevision(KEY)).files]


def test_what_was_cut_off_goes_on_after_a_reload_where_it_stood(
    context: BrowserContext, door: Door, site: str, tmp_path: Path
) -> None:
    large, small = tmp_path / "demo-1.0.tar.gz", tmp_path / "demo-1.0.tar.gz.asc"
    large.write_bytes(os.urandom(LARGE))
    small.write_bytes(b"signature")
    with cut_connections(site, after=9_500_000, times=1) as network:
        network.refuse_afterwards = network.all_at_once = True
        page = enter(context, door, network.url)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(network.url + FILES_PAGE)
        page.set_input_files("#f-file", [large, small])
        page.get_by_role("button", name="Add the files").click()
        expect(page.get_by_text("Connection lost, trying again.")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused at")).to_be_visible()

        network.refuse_afterwards = network.all_at_once = False
        page.reload()
        expect(page.get_by_text("You were sending these files when the page was left.")).to_be_visible()
        page.get_by_role("button", name="Add the files").click()
        expect(page.get_by_text("Choose demo-1.0.tar.gz again to go on, or leave it out.")).to_be_visible()
        network.carried = 0
        page.set_input_files("#f-file", [large])
        page.get_by_role("button", name="Add the files").click()
        expect(page.get_by_role("link", name="Revision 1", exact=True).first).to_be_visible(timeout=PATIENCE)

    assert list_paths(door) == [large.name, small.name]
    assert network.carried < LARGE
    page.close()


def test_a_folder_is_sent_and_a_fault_stands_beside_its_file(
    context: BrowserContext, door: Door, site: str, tmp_path: Path
) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, AddRevision(KEY, 0, door.keep(StoreFiles({"a.txt": b"old", "b.zip": b"b"}))))
    folder = tmp_path / "dist"
    (folder / "docs").mkdir(parents=True)
    for name in ("a.txt", "b.zip", "docs/c.txt", ".DS_Store", "release.json"):
        (folder / name).write_bytes(name[0].encode())
    page = enter(context, door, site)
    page.goto(site + FILES_PAGE)
    page.set_input_files("#f-folder", folder)

    rows = page.get_by_role("list", name="Files to send").get_by_role("listitem")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="a.txt")).to_contain_text("replaces the present one")
    expect(rows.filter(has_text="b.zip")).to_contain_text("the same as now, no signature beside it yet")
    page.get_by_role("button", name="Add the files").click()
    fault = rows.filter(has_text="release.json")
    expect(fault).to_contain_text("ATR writes release.json itself: choose another name.")
    page.get_by_role("button", name="Leave release.json out").click()
    page.get_by_role("button", name="Add the files").click()
    expect(page.get_by_role("link", name="Revision 2", exact=True).first).to_be_visible(timeout=PATIENCE)

    assert list_paths(door) == ["a.txt", "b.zip", "docs/c.txt"]
    page.close()
