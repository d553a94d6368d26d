# SPDX-License-Identifier: Apache-2.0
"""Voting in a real browser: a visitor from notice to confirmation, a member by keyboard, a mail previewed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from atr.domain.names import ReleaseKey
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.parts import WebParts
from tests.support.accessibility import find_overflow
from tests.support.browser import open_browser, open_context
from tests.support.door import RecordedQueue
from tests.support.house import ServedHouse
from tests.support.playground import make_project, sign_in
from tests.support.visitors import NAME, read_mail
from tests.support.voting import (
    Bench,
    cast_vote,
    make_bench,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)

pytestmark = pytest.mark.xdist_group("browser")
ROUND = "/releases/demo/main/1.0/votes/1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    set_policy(door, release_checklist="1. Run `atr verify`.\n2. Build it.", min_hours=72)
    seal_release(door)
    start_vote(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


@pytest.fixture
def site(served_house: ServedHouse, website: WebParts, bench: Bench) -> Iterator[str]:
    with served_house.inhabit(website) as url:
        yield url


@pytest.mark.parametrize("script", [True, False], ids=["scripted", "plain"])
def test_a_visitor_votes_from_the_notice_to_the_confirmation(
    browser: Browser, door: Door, site: str, bench: Bench, *, script: bool
) -> None:
    with open_context(browser, 390, 844, script=script) as context:
        page = context.new_page()
        page.goto(site + ROUND)
        page.get_by_text("Vote without an account").click()
        expect(page.get_by_text("Who: Sample Foundation holds what you give here.")).to_be_visible()
        fill_visitor_form(page)
        page.get_by_role("button", name="Send me the link").click()
        expect(page.get_by_text("Without your consent nothing is kept")).to_be_visible()
        expect(page.get_by_label("Name to show")).to_have_value(NAME)
        page.get_by_label("I agree to this").check()
        assert find_overflow(page) == 0
        page.get_by_role("button", name="Send me the link").click()
        expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()

        page.goto(f"{site}/confirm-ballot/{read_mail(bench).confirm}")
        expect(page.get_by_text("Build it.")).to_be_visible()
        page.get_by_role("button", name="Confirm my vote").click()
        expect(page.get_by_role("heading", name="Your vote as a visitor")).to_be_visible()
    (view,) = show_round(door).ballots
    assert (view.name, view.ballot.text, dict(view.ballot.evidence)) == (NAME, "+1", {"checklist.2": "done"})


def fill_visitor_form(page: Page) -> None:
    """Fill in all but the consent."""
    page.get_by_label("Build it.").check()
    page.get_by_role("radio", name="+1").check()
    page.get_by_label("Name to show").fill(NAME)
    page.get_by_label("Mail address").fill("wanda@visitors.example")


def test_a_member_ticks_answers_by_keyboard_and_watches_the_count(
    browser: Browser, door: Door, site: str
) -> None:
    with open_context(browser, 1360, 900) as context:
        context.add_cookies([{"name": "atr_session", "value": sign_in(door, "alice").secret, "url": site}])
        page = context.new_page()
        page.goto(site + ROUND)
        expect(page.get_by_text("It needs 3 more binding +1 votes")).to_be_visible()
        page.get_by_label("Run atr verify.").check()
        page.keyboard.press("+")
        expect(page.get_by_role("button", name="Vote +1")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_text("You voted +1 (binding)")).to_be_visible()
        expect(page.get_by_text("Did 1 of 2 on the checklist")).to_be_visible()
        cast_vote(door, "bob")
        expect(page.get_by_text("It needs 1 more binding +1 vote until")).to_be_visible()


def test_the_mail_follows_the_hours_as_they_are_typed(browser: Browser, door: Door, site: str) -> None:
    seal_release(door, ReleaseKey.parse("demo/1.1"))
    with open_context(browser) as context:
        context.add_cookies([{"name": "atr_session", "value": sign_in(door, "rm").secret, "url": site}])
        page = context.new_page()
        page.goto(f"{site}/releases/demo/main/1.1/votes")
        expect(page.get_by_role("button", name="Preview")).to_be_hidden()
        page.get_by_label("Open for at least").fill("96")
        expect(page.locator("#start-preview time").first).to_have_text("2026-11-25 12:00 UTC")
        expect(page.locator("#start-preview .mail")).to_contain_text("25 November 2026")
        page.get_by_label("Open for at least").fill("7")
        expect(page.get_by_text("The policy asks for at least 72 hours").first).to_be_visible()
        expect(page.get_by_label("Open for at least")).to_have_value("7")
