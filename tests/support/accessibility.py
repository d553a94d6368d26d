# SPDX-License-Identifier: Apache-2.0
"""Barriers on pages, found by axe-core in the browser."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
# Only what is wrong is fetched: the list of all that is right takes several times as long as finding it.
_RUN = """
tags => axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
    .then(results => results.violations)
"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def find_violations(page: Page) -> list[str]:
    """Return what axe finds wrong, one line a place."""
    page.evaluate(AXE)
    return [
        f"{violation['id']}: {node['html']}"
        for violation in page.evaluate(_RUN, TAGS)
        for node in violation["nodes"]
    ]
