# SPDX-License-Identifier: Apache-2.0
"""Pictures of pages, narrow and wide, light and dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.support.browser import open_context


@dataclass(frozen=True, slots=True)
class Screen:
    """A size of window and a colour scheme."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


SCREENS = (
    Screen("wide-light", 1360, 900, "light"),
    Screen("wide-dark", 1360, 900, "dark"),
    Screen("narrow-light", 390, 844, "light"),
    Screen("narrow-dark", 390, 844, "dark"),
)


def take_screens(browser: Browser, url: str, directory: Path, name: str) -> Iterator[Path]:
    """Take a full-page picture on every screen; yield the files as they are written."""
    directory.mkdir(parents=True, exist_ok=True)
    for screen in SCREENS:
        with open_context(browser, screen.width, screen.height, screen.scheme) as context:
            page = context.new_page()
            page.goto(url, wait_until="load")
            page.evaluate("document.fonts.ready")
            target = directory / f"{name}-{screen.name}.png"
            page.screenshot(path=target, full_page=True)
            yield target
