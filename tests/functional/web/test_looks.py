# SPDX-License-Identifier: Apache-2.0
"""Every page in a real browser: no barrier, nothing to complain about, nothing wider than its window."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from atr.domain.names import ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.services.accounts import MakeLoginLink
from atr.services.door import Door
from atr.services.key_views import ListOwnKeys
from atr.services.mails import ListMails
from atr.services.surroundings import Surroundings
from atr.web.parts import WebParts
from tests.support.accessibility import find_violations
from tests.support.browser import open_browser, open_context
from tests.support.door import RecordedQueue, SettableClock
from tests.support.house import ServedHouse
from tests.support.playground import act_as, sign_in
from tests.support.scenes import furnish_foundation
from tests.support.screens import SCREENS, Screen
from tests.support.voting import make_bench

pytestmark = pytest.mark.xdist_group("looks")

PATHS = {
    "": (
        "/",
        "/projects",
        "/projects?q=zzz",
        "/projects/demo",
        "/projects/demo/tools",
        "/projects/demo/tools/channels",
        "/channels",
        "/platforms",
        "/projects/demo/policy",
        "/projects/demo/keys",
        "/keys",
        "/keys?q=zzz",
        "/events",
        "/events?subject=demo",
        "/events?since=soon",
        "/mails?release=demo/1.0",
        "/help",
        "/privacy",
        "/search?q=demo",
        "/search?q=zzz",
        "/sign-in",
        "/sign-in?code=over",
    ),
    "alice": (
        "/",
        "/projects/demo",
        "/projects/demo/edit",
        "/projects/demo/roster",
        "/projects/demo/policy/edit",
        "/projects/demo/new-line",
        "/projects/demo/tools/edit",
        "/projects/demo/tools/channels/npm",
        "/projects/demo/keys",
        "/projects/sprout",
        "/me",
        "/me/tokens",
        "/me/keys",
    ),
    "root": (
        "/",
        "/projects",
        "/projects/new",
        "/events",
        "/mails",
        "/channels/npm",
        "/channels/new?platform=mavencentral",
    ),
}
Arrive = Callable[[str, str], Page]


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


def enter(context: BrowserContext, door: Door, site: str, user: str) -> None:
    context.clear_cookies()
    if user:
        context.add_cookies([{"name": "atr_session", "value": sign_in(door, user).secret, "url": site}])


def list_paths(door: Door) -> Iterator[tuple[str, str]]:
    """Return every page with whoever looks at it."""
    yield from ((user, path) for user, paths in PATHS.items() for path in paths)
    (mail, *_) = door.ask(ANONYMOUS, ListMails(ReleaseKey.parse("demo/1.0")))
    yield "", f"/mails/{mail.message_id.strip('<>')}"
    key = door.ask(act_as(door, "alice"), ListOwnKeys())[0].signing.fingerprint
    yield "alice", f"/keys/{key}"
    yield "", f"/sign-in?code={door.perform(OPERATOR, MakeLoginLink(UserId('alice'))).code}"


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[-1]], ids=lambda screen: screen.name)
def test_no_page_has_a_barrier(browser: Browser, door: Door, site: str, screen: Screen) -> None:
    found: list[str] = []
    with open_context(browser, screen.width, screen.height, screen.scheme) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
        present = None
        for user, path in list_paths(door):
            if user != present:
                enter(context, door, site, user)
                present = user
            page.goto(site + path)
            found += [f"{user} {path}: {each}" for each in find_violations(page)]
            if page.evaluate("document.documentElement.scrollWidth") > screen.width:
                found.append(f"{user} {path} is wider than its window")

    assert found == []


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
