# SPDX-License-Identifier: Apache-2.0
"""The public side in a real browser: suggestions by keyboard and by mouse, and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.parts import WebParts
from tests.support.accessibility import find_violations
from tests.support.browser import open_browser, open_context
from tests.support.door import RecordedQueue
from tests.support.house import ServedHouse
from tests.support.playground import make_project
from tests.support.publishing import finish_release
from tests.support.voting import KEY, make_bench

pytestmark = pytest.mark.xdist_group("browser")


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
) -> Iterator[str]:
    """Return the address of a foundation with one release."""
    make_project(door)
    finish_release(make_bench(door, surroundings, queue), KEY)
    with served_house.inhabit(website) as url:
        yield url


def test_suggestions_open_as_one_types_and_are_moved_through_by_keyboard(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/projects")
        page.keyboard.press("/")
        field = page.get_by_role("combobox", name="Search everything")
        field.press_sequentially("demo")
        suggestions = page.get_by_role("listbox", name="Suggestions")
        expect(suggestions).to_be_visible()
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(suggestions.get_by_role("option", selected=True)).to_have_count(0)
        expect(page.locator("#spoken")).to_have_text("2 suggestions.")

        field.press("ArrowDown")
        field.press("ArrowDown")
        expect(page.get_by_role("option", name="Sample Demo 1.0")).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", "hit-releases-1")
        assert find_violations(page) == []

        field.press("Escape")
        expect(suggestions).to_be_hidden()
        expect(field).to_have_value("demo")
        field.press("ArrowUp")
        expect(page.get_by_role("option", name="Everything for “demo”")).to_have_attribute(
            "aria-selected", "true"
        )
        field.press("ArrowUp")
        field.press("Enter")
        page.wait_for_url(f"{site}/releases/demo/main/1.0")


def test_enter_without_a_choice_searches_and_so_it_does_without_a_script(browser: Browser, site: str) -> None:
    for script in (True, False):
        with open_context(browser, 390, 844, script=script) as context:
            page = context.new_page()
            page.goto(f"{site}/projects")
            page.get_by_label("Search everything").fill("demo")
            page.get_by_label("Search everything").press("Enter")
            page.wait_for_url(f"{site}/search?q=demo")
            expect(page.get_by_role("heading", name="Releases")).to_be_visible()
