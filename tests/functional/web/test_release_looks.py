# SPDX-License-Identifier: Apache-2.0
"""Every page of a release in a real browser: no barrier, no overflow, no complaint, and what scripts do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.services.door import Door
from atr.services.release_phases import MoveRelease
from atr.services.surroundings import Surroundings
from atr.services.votes import CancelRound
from atr.web.parts import WebParts
from tests.support.browser import open_browser, open_context
from tests.support.door import RecordedQueue, SettableClock
from tests.support.house import ServedHouse
from tests.support.playground import act_as, sign_in
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench, seal_release

pytestmark = pytest.mark.xdist_group("browser")
VOTED, BLOCKED, SEALED = ("/releases/demo/main/" + version for version in ("1.1", "1.2", "1.3"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def site(
    served_house: ServedHouse,
    website: WebParts,
    door: Door,
    surroundings: Surroundings,
    queue: RecordedQueue,
    clock: SettableClock,
) -> Iterator[str]:
    """Return the address of a furnished foundation."""
    furnish_foundation(make_bench(door, surroundings, queue), clock)
    seal_release(door, ReleaseKey.parse("demo/1.3"))
    with served_house.inhabit(website) as url:
        yield url


def enter(context: BrowserContext, door: Door, site: str, user: str = "rm") -> Page:
    context.add_cookies([{"name": "atr_session", "value": sign_in(door, user).secret, "url": site}])
    return context.new_page()


def test_a_page_follows_what_others_do_and_keeps_what_is_typed(
    browser: Browser, door: Door, site: str
) -> None:
    with open_context(browser) as context:
        page = enter(context, door, site)
        page.goto(site + SEALED)
        expect(page.get_by_text("Revision 1 is sealed")).to_be_visible()
        door.perform(act_as(door, "alice"), MoveRelease(ReleaseKey.parse("demo/1.3"), Phase.COMPOSE))
        expect(page.get_by_text("Composing, at revision 1")).to_be_visible()

        page.goto(f"{site}{VOTED}/votes/1")
        page.get_by_label("Comment").fill("Still typing")
        door.perform(act_as(door, "alice"), CancelRound(ReleaseKey.parse("demo/1.1"), 1, "Again."))
        expect(page.get_by_text("Something changed meanwhile.")).to_be_visible()
        expect(page.get_by_label("Comment")).to_have_value("Still typing")


def test_a_grave_step_is_asked_for_in_a_dialog(browser: Browser, door: Door, site: str) -> None:
    with open_context(browser) as context:
        page = enter(context, door, site)
        page.goto(site + BLOCKED)
        page.get_by_role("button", name="Abandon").click()
        expect(page.get_by_role("dialog", name="Abandon this candidate?")).to_be_visible()
        page.get_by_role("button", name="Leave it as it is").click()
        expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("path", [BLOCKED, VOTED])
def test_without_a_script_the_question_is_a_place_on_the_page(
    browser: Browser, door: Door, site: str, path: str
) -> None:
    opener, question = ("Abandon", "Abandon this candidate?")
    if path == VOTED:
        path, opener, question = f"{VOTED}/votes/1", "Cancel the vote", "Cancel this vote?"
    with open_context(browser, script=False) as context:
        page = enter(context, door, site)
        page.goto(site + path)
        page.get_by_role("link", name=opener).click()
        expect(page.get_by_role("heading", name=question)).to_be_visible()
        page.get_by_label("Reason").fill("Not this one.")
        page.locator("dialog:target").get_by_role("button", name=opener).click()
        expect(page.get_by_text("Not this one.").first).to_be_visible()


def test_chosen_files_can_be_left_out_again(browser: Browser, door: Door, site: str) -> None:
    files = [{"name": name, "mimeType": "text/plain", "buffer": name.encode()} for name in ("a.txt", "b.txt")]
    with open_context(browser) as context:
        page = enter(context, door, site)
        page.goto(f"{site}/releases/demo/tools/2026.11/files")
        page.get_by_role("button", name="Add the files").click()
        expect(page.get_by_text("Choose at least one file.")).to_be_visible()
        page.set_input_files("#f-file", files)  # type: ignore[arg-type]
        page.get_by_role("button", name="Leave a.txt out").click()
        page.get_by_role("button", name="Add the files").click()

        expect(page.get_by_role("link", name="Revision 1", exact=True).first).to_be_visible()
        expect(page.get_by_role("link", name="b.txt", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="a.txt", exact=True)).to_have_count(0)
