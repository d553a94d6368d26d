# SPDX-License-Identifier: Apache-2.0
"""A real browser for tests: Debian's chromium, driven by playwright, talking to loopback only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, sync_playwright

# The same browser without a window is several times as fast to open a page.
CHROMIUM = "/usr/bin/chromium-headless-shell"
_PATIENCE_MILLISECONDS = 30_000
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=MediaRouter,OptimizationHints",
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser and stop it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_context(
    browser: Browser,
    width: int = 1360,
    height: int = 900,
    scheme: Literal["light", "dark"] = "light",
    *,
    script: bool = True,
) -> Iterator[BrowserContext]:
    """Open a window of its own, with its own cookies."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        java_script_enabled=script,
        reduced_motion="reduce",
        service_workers="block",
    )
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    try:
        yield context
    finally:
        context.close()
