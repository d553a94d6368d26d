# SPDX-License-Identifier: Apache-2.0
"""What keeps people from using a page, as axe finds it in a real browser."""

from importlib.resources import files

from playwright.sync_api import Page

_AXE = files("axe_playwright_python") / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = "tags => axe.run({runOnly: {type: 'tag', values: tags}})"


def find_violations(page: Page) -> list[str]:
    """Return what axe finds wrong, one line a place."""
    page.evaluate(_AXE.read_text())
    results = page.evaluate(_RUN, _TAGS)
    return [f"{each['id']}: {node['html']}" for each in results["violations"] for node in each["nodes"]]


def find_overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
