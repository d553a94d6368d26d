# SPDX-License-Identifier: Apache-2.0
"""Every page, on every screen: no barrier, no complaint, valid HTML, and a picture to look at.

The pictures are in `build/pictures` afterwards (`GALLERY_PICTURES` names another folder).
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from litestar import Router
from playwright.sync_api import Browser, ConsoleMessage, Page

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.pages import PAGES
from atr.web.parts import WebParts
from tests.support.accessibility import find_overflow, find_violations
from tests.support.browser import open_browser, open_context
from tests.support.door import RecordedQueue, SettableClock
from tests.support.gallery import (
    PATHS,
    Hall,
    Sight,
    furnish_channels,
    furnish_everything,
    furnish_vote,
)
from tests.support.house import ServedHouse
from tests.support.markup import find_faults
from tests.support.playground import sign_in
from tests.support.screens import SCREENS, Screen
from tests.support.vote_mail import KEYS

pytestmark = pytest.mark.xdist_group("gallery")
PICTURES = Path(os.environ.get("GALLERY_PICTURES", "build/pictures"))
_OPEN_ALL = "document.querySelectorAll('main details[id]').forEach(each => each.open = true)"
# Addresses that answer with something else than a page.
NOT_PAGES = frozenset(
    {
        "/releases/{project:str}/{product:str}/{version:str}/votes/{number:int}/receipt",
        "/releases/{project:str}/{version:str}",
        "/search/suggestions",
        "/events/export",
        "/keys/calendar.ics",
        "/projects/{project:str}/keys/calendar.ics",
    }
)
# Pages say when things happened in the time of the foundation.
_CLOCK = "Date.now = () => %f"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@dataclass(slots=True)
class Walker:
    """Somebody who looks at pages on one screen and notes what is wrong."""

    page: Page
    door: Door
    site: str
    screen: Screen
    faults: list[str]
    sources: dict[str, str]
    status: int = 200

    def look(self, sight: Sight) -> None:
        """Open the page, examine it, and take its picture."""
        self.status = sight.status
        answer = self.page.goto(self.site + sight.path)
        assert answer is not None
        if answer.status != sight.status:
            self.faults.append(f"{sight.title}: answered {answer.status}")
        self.sources[sight.title] = answer.text()
        self.page.evaluate("document.fonts.ready")
        for scheme in self.screen.schemes:
            self.page.emulate_media(color_scheme=scheme)
            self.take_picture(f"{sight.title}-{self.screen.name}-{scheme}")
        self.page.evaluate(_OPEN_ALL)
        self.faults += [f"{sight.title}: {each}" for each in find_violations(self.page)]
        if find_overflow(self.page) > 0:
            self.faults.append(f"{sight.title} is wider than its window")

    def take_picture(self, title: str) -> None:
        """Keep a picture of the whole page."""
        self.page.screenshot(path=PICTURES / f"{title}.jpg", full_page=True, type="jpeg", quality=80)

    def enter(self, user: str) -> None:
        """Become somebody else."""
        self.page.context.clear_cookies()
        if user:
            cookie = {"name": "atr_session", "value": sign_in(self.door, user).secret, "url": self.site}
            self.page.context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture
def hall(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Hall:
    return Hall(door, surroundings, queue, clock)


@pytest.mark.parametrize("furnish", [furnish_everything, furnish_channels, furnish_vote])
def test_every_page_is_whole_on_every_screen(
    furnish: Callable[[Hall], tuple[Sight, ...]],
    hall: Hall,
    browser: Browser,
    served_house: ServedHouse,
    website: WebParts,
) -> None:
    sights = sorted(furnish(hall), key=lambda sight: sight.user)
    PICTURES.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    sources: dict[str, str] = {}
    with served_house.inhabit(website) as site:
        for screen in SCREENS:
            with open_context(browser, screen.width, screen.height) as context:
                context.add_init_script(_CLOCK % (hall.clock.now.timestamp() * 1000))
                walk(Walker(context.new_page(), hall.door, site, screen, faults, sources), sights)

    assert faults == []
    assert find_faults(sources) == []


def walk(walker: Walker, sights: list[Sight]) -> None:
    def listen(message: ConsoleMessage) -> None:
        # Browsers complain about the status of a page that tells what is wrong, and about what was typed.
        if walker.status < 400:
            walker.faults.append(f"{walker.page.url}: {message.text}")

    walker.page.on("pageerror", lambda error: walker.faults.append(f"{walker.page.url}: {error}"))
    walker.page.on("console", listen)
    present = ""
    for sight in sights:
        if sight.user != present:
            walker.enter(sight.user)
            present = sight.user
        walker.look(sight)


def test_no_page_is_left_out() -> None:
    shown = {find_page(path.partition("?")[0]) for path in PATHS}

    assert sorted(set(list_page_paths()) - shown - NOT_PAGES) == []


def find_page(path: str) -> str:
    """Return which page an address belongs to: of several, the one with the fewest parameters."""
    fitting = [each for each in list_page_paths() if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", each), path)]
    return min(fitting, key=lambda each: each.count("{"))


@cache
def list_page_paths() -> list[str]:
    """Return the address of every page, with its parameters in braces."""
    routes = Router("/", route_handlers=PAGES).routes
    return [each.path for each in routes if "GET" in each.methods]
