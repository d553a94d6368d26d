# SPDX-License-Identifier: Apache-2.0
"""What the frame does in a real browser: shortcuts, words explained, dialogs, messages, paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from atr.web.parts import WebParts
from tests.support.browser import open_browser, open_context
from tests.support.house import PLAN, ServedHouse, serve_house

_SAY = """
text => document.dispatchEvent(new CustomEvent("toast", {detail: {text, tone: "warn"}}))
"""
_WHERE = "[...document.querySelectorAll('a, button, summary')].indexOf(document.activeElement)"
expect.set_options(timeout=30_000)  # the machine may be busy with other tests
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def house() -> Iterator[ServedHouse]:
    with serve_house(PLAN) as served:
        yield served


@pytest.fixture
def page(browser: Browser, house: ServedHouse, parts: WebParts) -> Iterator[Page]:
    with house.inhabit(parts) as url, open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{url}/design")
        yield page


def test_a_shortcut_leads_somewhere_but_never_while_one_types(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("gr?")
    expect(page.get_by_label("Search everything")).to_have_value("gr?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Search everything").blur()
    page.keyboard.press("j")
    first = page.evaluate(_WHERE)
    page.keyboard.press("j")
    assert page.evaluate(_WHERE) != first
    page.keyboard.press("k")
    assert page.evaluate(_WHERE) == first
    page.keyboard.type("g?")

    expect(page).to_have_url(re.compile("/help$"))


def test_the_list_of_shortcuts_has_a_switch_that_turns_them_off(page: Page) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys.locator("div", has_text="Releases").get_by_text("g", exact=True).first).to_be_visible()
    keys.get_by_label("Use keyboard shortcuts in this browser").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search everything")).not_to_be_focused()
    page.reload()
    page.get_by_role("button", name="Shortcuts").click()
    keys.get_by_label("Use keyboard shortcuts in this browser").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    expect(page.get_by_label("Search everything")).to_be_focused()


def test_a_word_explains_itself_to_pointers_and_keyboards(page: Page) -> None:
    word = page.get_by_role("link", name="binding votes")
    card = page.get_by_role("tooltip")
    word.hover()
    expect(card).to_contain_text("only these decide whether a release passes")
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    page.get_by_role("link", name="All events").focus()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if word.evaluate("word => word === document.activeElement"):
            break
    expect(card).to_be_visible()
    expect(word).to_have_attribute("aria-describedby", "explanation")
    page.keyboard.press("Escape")

    expect(card).to_be_hidden()


def test_a_dialog_gives_the_focus_back(page: Page) -> None:
    opener = page.get_by_role("button", name="Open a dialog")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main:not(:has(:modal)), header') === null")
    page.get_by_role("button", name="Keep it").click()
    expect(opener).to_be_focused()
    opener.click()
    page.mouse.click(5, 5)

    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_dialog_whose_form_came_back_with_an_error_is_in_sight(
    browser: Browser, house: ServedHouse, parts: WebParts, *, script: bool
) -> None:
    def spoil(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace("<p>The files stay", '<p class="field-error">')
        )

    with house.inhabit(parts) as url, open_context(browser, script=script) as context:
        page = context.new_page()
        page.route("**/design", spoil)
        page.goto(f"{url}/design")

        expect(
            page.get_by_role("button", name="Keep it").or_(page.get_by_role("link", name="Keep it"))
        ).to_be_visible()


def test_a_message_is_read_out_and_dismissed(page: Page) -> None:
    page.evaluate(_SAY, "The connection was lost.")
    page.evaluate(_SAY, "The connection was lost.")
    message = page.locator("[aria-live=polite] > .notice")
    expect(message).to_have_text("The connection was lost.")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).paddingBottom)") > 40
    message.get_by_role("button", name="Dismiss").click()

    expect(message).to_have_count(0)


def test_what_was_pressed_shows_that_it_is_being_done(page: Page) -> None:
    page.evaluate("addEventListener('submit', event => event.preventDefault())")
    button = page.get_by_role("button", name="Cast the vote")
    button.click()

    expect(button).to_have_attribute("data-pressed", "")
    expect(page.get_by_role("status").filter(has_text="This is being done")).to_be_attached()


def test_a_table_is_sorted_in_place(page: Page) -> None:
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Files", exact=True).last.click()
    expect(page.locator("#releases tbody td").first).to_contain_text("Widget 2.4.0")
    page.get_by_role("columnheader", name="Files").get_by_role("link").click()
    expect(page.locator("#releases tbody td").first).to_contain_text("Widget 2.3.1")

    assert page.evaluate("window.same") is True
    expect(page.get_by_role("columnheader", name="Files")).to_have_attribute("aria-sort", "descending")


def test_paper_has_exact_times_and_whole_digests(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    expect(page.locator("time[data-relative]").first).to_have_text("2026-03-12 14:05 UTC")
    expect(page.locator(".digest code").first).to_be_visible()
    expect(page.get_by_text("Sample Foundation releases")).to_be_visible()
    expect(page.locator("header.top")).to_be_hidden()


def test_deadlines_are_told_in_the_readers_own_zone(
    browser: Browser, house: ServedHouse, parts: WebParts
) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="de-DE")
    with house.inhabit(parts) as url:
        page = context.new_page()
        page.goto(f"{url}/design")

        expect(page.locator(".deadline")).to_contain_text("2026-03-12 14:05 UTC (Thu 12 Mar, 23:05")
    context.close()


def test_the_sections_open_on_narrow_screens_without_a_script(
    browser: Browser, house: ServedHouse, parts: WebParts
) -> None:
    with house.inhabit(parts) as url, open_context(browser, 390, script=False) as context:
        page = context.new_page()
        page.goto(f"{url}/design")
        expect(page.get_by_role("link", name="Releases")).to_be_hidden()
        page.get_by_role("button", name="Sections").click()
        expect(page.get_by_role("link", name="Releases")).to_be_visible()
        word = page.get_by_role("link", name="binding votes")

        assert "only these decide" in str(word.get_attribute("title"))
        assert word.get_attribute("href") == "/help/words#binding-vote"
