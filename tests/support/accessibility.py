# SPDX-License-Identifier: Apache-2.0
"""Barriers on pages, found by axe-core in the browser."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python") / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_violations(page: Page) -> list[str]:
    """Return what axe finds wrong, one line a place."""
    page.evaluate(AXE.read_text())
    results = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        f"{violation['id']}: {node['html']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
