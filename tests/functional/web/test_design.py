# SPDX-License-Identifier: Apache-2.0
"""The design page in a real browser: accessible, without complaints, and usable without a script."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from atr.web.parts import WebParts
from tests.functional.web.probes import PAGE_PROBES
from tests.support.accessibility import find_violations
from tests.support.browser import open_browser, open_context
from tests.support.house import PLAN, ServedHouse, serve_house

_FOLLOWER = """
document.addEventListener("DOMContentLoaded", () => {
  const follower = document.createElement("div");
  follower.id = "follower";
  follower.setAttribute("hx-get", "/design");
  follower.setAttribute("hx-trigger", "live:changed from:body");
  follower.setAttribute("hx-select", "#form");
  document.body.append(follower);
  htmx.process(follower);
});
"""
expect.set_options(timeout=30_000)  # the machine may be busy with other tests
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def house() -> Iterator[ServedHouse]:
    with serve_house(PLAN, (PAGE_PROBES,)) as served:
        yield served


@pytest.fixture
def site(house: ServedHouse, parts: WebParts) -> Iterator[str]:
    with house.inhabit(parts) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_goes_wrong(
    browser: Browser, site: str, scheme: Literal["light", "dark"]
) -> None:
    with open_context(browser, 390, 844, scheme) as context:
        page = context.new_page()
        page.goto(f"{site}/nope")
        assert find_violations(page) == []
        page.goto(f"{site}/design")
        page.get_by_role("button", name="Cast the vote").click()
        expect(page.get_by_text("Some fields need another look")).to_be_visible()
        page.locator("main > .wrap > .stack").evaluate(
            "all => all.replaceChildren(all.querySelector('#form'))"
        )
        assert find_violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1360])
def test_no_page_is_wider_than_its_window(browser: Browser, site: str, width: int) -> None:
    with open_context(browser, width) as context:
        page = context.new_page()
        for path in ("/design", "/api/v1/docs", "/nope"):
            page.goto(site + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_browser_has_nothing_to_complain_about(browser: Browser, site: str) -> None:
    complaints: list[str] = []
    with open_context(browser) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(f"{site}/design")
        page.get_by_role("button", name="Open a dialog").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()

    assert complaints == []


def test_the_theme_changes_at_once_and_is_remembered(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/design")
        with page.expect_response("**/appearance"):
            page.get_by_role("button", name="Dark").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 22)"


def test_a_digest_is_copied_whole(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{site}/design")
        page.get_by_role("button", name="Copy the manifest digest").click()
        expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_attached()

        copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.startswith("sha512:")
    assert len(copied) == len("sha512:") + 128


def test_times_are_relative_with_the_exact_one_at_hand(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/design")
        moment = page.locator("time[data-relative]").first

        expect(moment).to_have_text(re.compile(r"ago$"))
        moment.hover()
        expect(page.get_by_role("tooltip")).to_contain_text("2026-03-12 14:05 UTC")
        page.keyboard.press("Escape")
        expect(page.get_by_role("tooltip")).to_be_hidden()
        page.keyboard.press("t")
        expect(moment).to_have_text("2026-03-12 14:05 UTC")


def test_a_second_press_sends_nothing_twice(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/design")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.evaluate(
            "for (let i = 0; i < 3; i++) document.querySelector('.fields button[type=submit]').click()"
        )
        expect(page.get_by_text("Some fields need another look")).to_be_visible()

    assert sent.count("POST") == 1


def test_a_change_on_the_server_refreshes_the_part_that_follows_it(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.add_init_script(_FOLLOWER)
        page.goto(f"{site}/probe/live")

        expect(page.locator("#follower #form")).to_be_attached()


def test_people_are_told_when_a_page_is_live_no_more(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.clock.install()
        page.route("**/probe/stream", lambda route: route.abort())
        with page.expect_request("**/probe/stream"):
            page.goto(f"{site}/probe/live")
        message = page.get_by_text("This page is not live at the moment.")
        expect(message).to_have_count(0)
        page.clock.fast_forward(60_000)
        expect(message).to_be_visible()
        page.unroute("**/probe/stream")

        expect(message).to_have_count(0)


def test_everything_works_without_a_script(browser: Browser, site: str) -> None:
    with open_context(browser, script=False) as context:
        page = context.new_page()
        page.goto(f"{site}/design")
        page.get_by_role("link", name="Open a dialog").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_role("link", name="Close").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.get_by_role("radio", name="+1").check()
        page.get_by_role("button", name="Cast the vote").click()
        expect(page.get_by_text("The form was read: +1 within 72 hours.")).to_be_visible()
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.get_by_role("button", name="Copy the manifest digest").count() == 0


def test_the_slash_key_leads_to_the_search(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/design")
        page.keyboard.press("/")

        expect(page.get_by_label("Search everything")).to_be_focused()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Browser, site: str) -> None:
    with open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{site}/design")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
