# SPDX-License-Identifier: Apache-2.0
"""No page has a dead end: every link that is offered leads somewhere for whoever it is offered to."""

from urllib.parse import urljoin

import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench
from tests.support.website import Client

MOST_PAGES = 200


def follow_links(visitor: Visitor, start: str = "/") -> dict[str, list[str]]:
    """Return which links of which pages lead nowhere."""
    dead: dict[str, list[str]] = {}
    due, seen = [(start, "")], {start}
    while due and len(seen) < MOST_PAGES:
        path, origin = due.pop(0)
        page = visitor.look(path)
        if page.status not in {200, 302, 303}:
            dead.setdefault(f"{page.status} {path}", []).append(origin)
        for link in (*page.links, page.leads_to):
            target = urljoin(path, link).partition("#")[0]
            if target.startswith("/") and target not in seen:
                seen.add(target)
                due.append((target, path))
    return dead


@pytest.mark.parametrize("user", ["", "dave", "alice", "root"])
def test_every_link_leads_somewhere(
    user: str,
    api: Client,
    door: Door,
    surroundings: Surroundings,
    queue: RecordedQueue,
    clock: SettableClock,
) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)

    assert follow_links(walk_in(api, door, user)) == {}
