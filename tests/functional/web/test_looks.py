# SPDX-License-Identifier: Apache-2.0
"""Pages about projects and accounts in a real browser: narrowed as one types, and usable without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from atr.domain.names import UserId
from atr.domain.people import OPERATOR
from atr.services.accounts import MakeLoginLink
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.parts import WebParts
from tests.support.browser import open_browser, open_context
from tests.support.door import RecordedQueue, SettableClock
from tests.support.house import ServedHouse
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench

pytestmark = pytest.mark.xdist_group("looks")


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
    furnish_foundation(make_bench(door, surroundings, queue), clock)

    with served_house.inhabit(website) as url:
        yield url


def test_a_list_is_narrowed_as_one_types(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/projects")
        page.get_by_role("searchbox", name="Filter projects").fill("sprout")
        expect(page.get_by_role("link", name="Sample Demo")).to_have_count(0)
        expect(page.get_by_role("link", name="Sample Sprout")).to_be_visible()
        assert "q=sprout" in page.url


def test_everything_works_without_a_script(browser: Browser, door: Door, site: str) -> None:
    link = door.perform(OPERATOR, MakeLoginLink(UserId("alice")))
    with open_context(browser, script=False) as context:
        page = context.new_page()
        page.goto(f"{site}/sign-in?code={link.code}&next=/projects/demo")
        page.get_by_role("button", name="Sign in as Alice").click()
        expect(page.get_by_text("You are signed in as Alice.")).to_be_visible()
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Name").fill("")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Please fill this in.")).to_be_visible()
        page.get_by_label("Name").fill("Another Name")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Another Name", level=1)).to_be_visible()
        page.goto(f"{site}/events")
        page.get_by_role("textbox", name="About").fill("demo")
        page.get_by_role("button", name="Search", exact=True).last.click()
        expect(page.get_by_text("changed the project").first).to_be_visible()
