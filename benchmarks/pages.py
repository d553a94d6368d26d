# SPDX-License-Identifier: Apache-2.0
"""Pages: server time, sizes, the largest contentful paint, and requests a second against a bare handler.

Run it alone: `python -m benchmarks.pages`. One web process serves a foundation with a candidate of 200 files
and 500 findings, and a vote with 40 ballots. Server times are of pages that are made anew each time, as each
request has an address of its own; rates are of pages as they are served. Ends with 1 when a figure is missed.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.many_clients import Look, Rate, measure_rate, time_looks
from benchmarks.page_scene import RELEASE_PAGE, VOTE_PAGE, Stage, serve_scene
from benchmarks.page_views import open_views
from benchmarks.serving import sum_cpu_seconds

PING = Look("/healthz")
CLIENTS = 16
ROUNDS = 100
WARM_UP = 20
SECONDS = 2.0
TURNS = 3
KIBIBYTE = 1024
MOST_SERVER_MILLISECONDS = 30.0
MOST_HTML = 60 * KIBIBYTE
MOST_ASSETS = 120 * KIBIBYTE
MOST_PAINT_MILLISECONDS = 600.0
LEAST_RELEASE_RATIO = 1 / 100
LEAST_HOME_RATIO = 1 / 20


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, with its limit if there is one."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def is_missed(self) -> bool:
        """Tell whether it is on the wrong side of its limit."""
        if self.limit is None:
            return False
        return self.value < self.limit if self.at_least else self.value > self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{'at least' if self.at_least else 'at most'} {self.limit:g}"
        return (
            f"{self.name:64} {self.value:10.3f} {self.unit:6} {limit:16}{'MISSED' if self.is_missed else ''}"
        )


def measure_times(stage: Stage) -> Iterator[Figure]:
    """Yield the server time of each page made anew, and the processor time of the web process for it."""
    asked = {
        "release page, 200 files and 500 findings": (RELEASE_PAGE, stage.cookie, MOST_SERVER_MILLISECONDS),
        "the same for strangers": (RELEASE_PAGE, "", None),
        "page of the vote, 200 files and 40 ballots": (VOTE_PAGE, stage.cookie, None),
        "home page": ("/", stage.cookie, None),
        "home page of strangers": ("/", "", None),
    }
    for name, (path, cookie, limit) in asked.items():
        look = Look(f"{path}?number={{number}}", cookie)
        time_looks(stage.port, look, WARM_UP)
        before = sum_cpu_seconds([stage.process])
        times = [each * 1000 for each in time_looks(stage.port, look, ROUNDS)]
        spent = (sum_cpu_seconds([stage.process]) - before) * 1000 / ROUNDS
        yield Figure(f"{name}: server time, p95", statistics.quantiles(times, n=20)[-1], "ms", limit)
        yield Figure(f"{name}: server time, median", statistics.median(times), "ms")
        yield Figure(f"{name}: processor time", spent, "ms")


def measure_rates(stage: Stage) -> Iterator[Figure]:
    """Yield how pages with 16 clients compare with a handler that does nothing."""
    looks = {
        "ping": PING,
        "release page, signed in": Look(RELEASE_PAGE, stage.cookie),
        "home page of strangers": Look("/"),
    }
    rates = {name: _add_up(stage.port, look) for name, look in looks.items()}
    ping = rates["ping"].per_second
    for name, rate in rates.items():
        yield Figure(f"{name}: requests a second, {CLIENTS} clients", rate.per_second, "1/s")
        yield Figure(f"{name}: errors", rate.failures, "", 0)
    limits = {"release page, signed in": LEAST_RELEASE_RATIO, "home page of strangers": LEAST_HOME_RATIO}
    for name, limit in limits.items():
        ratio = rates[name].per_second / ping
        yield Figure(f"{name}: requests a second against the ping", ratio, "", limit, at_least=True)


def _add_up(port: int, look: Look) -> Rate:
    turns = [measure_rate(port, look, CLIENTS, SECONDS) for _ in range(TURNS)]
    return Rate(*(sum(getattr(each, name) for each in turns) for name in ("answers", "failures", "seconds")))


def measure_views(stage: Stage) -> Iterator[Figure]:
    """Yield what a browser that was never here before loads, and when it has painted it."""
    for name, view in open_views(stage):
        yield Figure(f"{name}: HTML", view.html, "bytes", MOST_HTML)
        yield Figure(f"{name}: HTML as it is sent", view.html_sent, "bytes")
        yield Figure(f"{name}: everything else as it is sent", view.assets_sent, "bytes", MOST_ASSETS)
        yield Figure(f"{name}: largest contentful paint", view.paint, "ms", MOST_PAINT_MILLISECONDS)


def main() -> None:
    """Print every figure with its limit; end with 1 when one is missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as name, serve_scene(Path(name)) as stage:
        for measure in (measure_times, measure_rates, measure_views):
            for figure in measure(stage):
                missed += figure.is_missed
                print(figure, flush=True)
    if missed:
        sys.exit(f"{missed} figures were missed.")


if __name__ == "__main__":
    main()
