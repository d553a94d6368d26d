# SPDX-License-Identifier: Apache-2.0
"""Pages in Debian's chromium, as somebody sees them who was never here before."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser

from benchmarks.page_scene import RELEASE_PAGE, VOTE_PAGE, Stage
from tests.support.browser import open_browser, open_context

VISITS = 5
PAGES = {
    "home page of strangers": ("/", False),
    "home page": ("/", True),
    "release page": (RELEASE_PAGE, True),
    "page of the vote": (VOTE_PAGE, True),
}
_PAINT = """() => new Promise(done => {
  let last = 0;
  const see = list => { for (const entry of list.getEntries()) last = entry.startTime; };
  new PerformanceObserver(see).observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(last), 500);
})"""


@dataclass(frozen=True, slots=True)
class View:
    """What was loaded, in bytes, and when the largest thing was painted, in milliseconds."""

    html: int
    html_sent: int
    assets_sent: int
    paint: float


@dataclass
class _Traffic:
    """The bytes of each address as they were sent, headers included."""

    addresses: dict[str, str] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def note_request(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = event["request"]["url"]

    def note_end(self, event: dict[str, Any]) -> None:
        self.sent[self.addresses[event["requestId"]]] = int(event["encodedDataLength"])


def open_views(stage: Stage) -> Iterator[tuple[str, View]]:
    """Yield what each page costs; of several visits, each in a new browser profile, the medians count."""
    with open_browser() as browser:
        for name, (path, is_signed_in) in PAGES.items():
            _visit(browser, stage, path, signed_in=is_signed_in)
            views = [_visit(browser, stage, path, signed_in=is_signed_in) for _ in range(VISITS)]
            paint = statistics.median(each.paint for each in views)
            yield name, View(views[0].html, views[0].html_sent, views[0].assets_sent, paint)


def _visit(browser: Browser, stage: Stage, path: str, *, signed_in: bool) -> View:
    traffic = _Traffic()
    with open_context(browser) as context:
        if signed_in:
            context.add_cookies([{"name": "atr_session", "value": stage.session, "url": stage.address}])
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", traffic.note_request)
        session.on("Network.loadingFinished", traffic.note_end)
        answer = page.goto(f"{stage.address}{path}")
        assert answer is not None
        html = len(answer.body())
        paint = float(page.evaluate(_PAINT))
    sent = traffic.sent.pop(f"{stage.address}{path}")
    return View(html, sent, sum(traffic.sent.values()), paint)
