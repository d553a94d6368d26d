# SPDX-License-Identifier: Apache-2.0
"""The page of the channels in a real browser: no barrier, no overflow, live, and usable without scripts."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from atr.domain.distribution import DistributionState
from atr.domain.errors import Refused
from atr.platforms.memory_registry import SHOW
from atr.services.door import Door
from atr.services.packages import ReadPackages
from atr.services.surroundings import Surroundings
from atr.web.app import create_app
from atr.web.parts import WebParts
from tests.support.accessibility import find_violations
from tests.support.browser import open_browser, open_context
from tests.support.candidates import WHEEL, make_wheel
from tests.support.distributing import (
    CANDIDATE,
    DOCKER,
    GITHUB,
    HEX,
    NPM,
    PYPI,
    TEST_PYPI,
    Yard,
    make_yard,
    pass_vote,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import sign_in
from tests.support.server import serve_app
from tests.support.voting import KEY

pytestmark = pytest.mark.xdist_group("browser")
PAGE = "/releases/demo/main/1.0/distribution"
FILES = MappingProxyType({**CANDIDATE, WHEEL: make_wheel()})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    """Return a release that is confirmed, stopped and waited for, each on some channel."""
    yard = make_yard(door, surroundings, queue, clock)
    yard.add_channels(DOCKER, GITHUB, TEST_PYPI)
    yard.add_channels(PYPI, NPM, signed_in=False)
    yard.add_channels(HEX, required=False)
    yard.use(DOCKER, GITHUB, TEST_PYPI, PYPI, NPM, HEX)
    reason = "The registry answered 403: the tag 1.0 is protected, and this account may not move it."
    yard.visit(DOCKER).plan_trouble(SHOW, lambda: Refused(reason))
    seal(yard, files=FILES)
    pass_vote(yard)
    yard.work_off()
    ReadPackages(KEY, 1).run(yard.tools)
    return yard


@pytest.fixture
def site(website: WebParts, yard: Yard) -> Iterator[str]:
    assert yard.find(DOCKER).state is DistributionState.FAILED
    with serve_app(lambda url: create_app(replace(website, public_url=url))) as url:
        yield url


def enter(context: BrowserContext, yard: Yard, site: str, user: str = "rm") -> Page:
    context.add_cookies([{"name": "atr_session", "value": sign_in(yard.door, user).secret, "url": site}])
    return context.new_page()


def test_the_page_follows_what_workers_do(browser: Browser, yard: Yard, site: str) -> None:
    with open_context(browser) as context:
        page = enter(context, yard, site)
        page.goto(f"{site}{PAGE}")
        row = page.get_by_role("row", name="Docker")
        expect(row.get_by_role("cell").nth(3)).to_contain_text("stopped")
        page.get_by_role("region", name="Docker", exact=True).get_by_role("button", name="Resume").click()
        yard.work_off()
        expect(row.get_by_role("cell").nth(4)).to_contain_text("done")
        expect(page.get_by_role("heading", name="3 of 5 channels")).to_be_visible()


def test_an_announcement_is_previewed_as_it_is_written(browser: Browser, yard: Yard, site: str) -> None:
    with open_context(browser) as context:
        page = enter(context, yard, site)
        page.goto(f"{site}/releases/demo/main/1.0/announcement")
        page.get_by_label("Subject").fill("{{ title }} is out: TODO")
        shown = page.locator("#announcement-preview")
        expect(shown.get_by_text("Sample Demo 1.0 is out: TODO")).to_be_visible()
        expect(shown.get_by_text("Something is marked as unfinished")).to_be_visible()
        expect(page.get_by_label("Subject")).to_have_value("{{ title }} is out: TODO")


def test_withdrawing_is_asked_in_a_dialog(browser: Browser, yard: Yard, site: str) -> None:
    with open_context(browser) as context:
        page = enter(context, yard, site)
        page.goto(f"{site}{PAGE}")
        page.get_by_role("link", name="GitHub", exact=True).click()
        page.get_by_role("button", name="Withdraw from GitHub").click()
        asked = page.get_by_role("dialog", name="Withdraw it from GitHub?")
        expect(asked).to_be_visible()
        assert find_violations(page) == []
        asked.get_by_role("button", name="Withdraw").click()
        expect(page.get_by_role("status").first).to_contain_text("ATR takes it back. (github)")


def test_everything_works_without_scripts(browser: Browser, yard: Yard, site: str) -> None:
    with open_context(browser, script=False) as context:
        page = enter(context, yard, site)
        page.goto(f"{site}{PAGE}")
        page.get_by_role("region", name="What waits for a person").get_by_role("button").first.click()
        assert yard.find(NPM).told_done
        page.get_by_role("link", name="GitHub", exact=True).click()
        page.get_by_role("link", name="Withdraw from GitHub").click()
        page.get_by_role("dialog", name="Withdraw it from GitHub?").get_by_role("button").click()
        assert yard.find(GITHUB).withdrawal_asked_at is not None
