# SPDX-License-Identifier: Apache-2.0
"""Somebody at a browser, and how pages are waited for there."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

from tests.support.browser import open_context
from tests.support.serving import Serving
from tests.support.terminal import run_program

PATIENCE_SECONDS = 40


@dataclass(slots=True)
class Desk:
    """Somebody at a browser; `script`: whether pages may run theirs; `used`: what was pressed and filled."""

    page: Page
    url: str
    script: bool
    used: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(f"{self.url}{path}")

    def press(self, name: str) -> None:
        """Press a button, or follow a link, by its words."""
        self.used.append(name)
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).first.click()

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.used.append(label)
        self.page.get_by_label(label).first.fill(text)

    def tick(self, label: str) -> None:
        """Tick a box, or choose one of several answers."""
        self.used.append(label)
        self.page.get_by_label(label).first.check()

    def await_text(self, text: str) -> None:
        """Wait until the page says so: by itself with a script, by reloading without."""
        found = self.page.get_by_text(text).first
        if self.script:
            expect(found).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
            return
        self._reload_until(found.is_visible)

    def _reload_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.page.inner_text("main")
            time.sleep(0.2)
            self.page.reload()


def make_login_links(installation: Serving, people: Iterable[str]) -> dict[str, str]:
    """Return a link for each that signs in once."""
    names = tuple(people)
    ended = run_program("admin", "login-link", *names, "--data", installation.data)
    assert ended.code == 0, ended
    return dict(zip(names, ended.stdout.split(), strict=True))


@contextmanager
def sit_down(
    browser: Browser, installation: Serving, people: Iterable[str], *, script: bool
) -> Iterator[dict[str, Desk]]:
    """Give everybody a browser of their own, signed in by link."""
    with ExitStack() as stack:
        desks = {}
        for person, link in make_login_links(installation, people).items():
            context = stack.enter_context(open_context(browser, script=script))
            desk = Desk(context.new_page(), installation.url, script)
            desk.page.goto(link)
            desk.page.locator("form.plain button[type=submit]").last.click()
            desks[person] = desk
        yield desks
