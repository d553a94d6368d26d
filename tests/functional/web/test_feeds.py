# SPDX-License-Identifier: Apache-2.0
"""Feeds of releases as programs read them (RFC 4287)."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import make_line, make_project
from tests.support.publishing import finish_release, publish_voted, set_aside
from tests.support.voting import Bench, make_bench
from tests.support.website import Client

ATOM = "{http://www.w3.org/2005/Atom}"
OLD, NEW, TOOLS = (ReleaseKey.parse(f"demo/{name}") for name in ("0.9", "1.0", "tools/2.0"))


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    make_line(door)
    return make_bench(door, surroundings, queue)


@pytest.fixture
def released(bench: Bench, clock: SettableClock) -> Bench:
    for key in (OLD, NEW, TOOLS):
        finish_release(bench, key)
        clock.advance(days=1)
    return bench


def read_feed(api: Client, path: str) -> Element:
    answer = api.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return fromstring(answer.content)  # ours


def list_texts(feed: Element, element: str) -> list[str]:
    return [each.text or "" for each in feed.iterfind(f"{ATOM}entry/{ATOM}{element}")]


def list_links(element: Element) -> dict[tuple[str, str], str]:
    return {
        (each.get("rel", ""), each.get("type", "")): each.get("href", "")
        for each in element.iterfind(f"{ATOM}link")
    }


def test_the_feed_of_the_foundation_has_every_release_the_newest_first(api: Client, released: Bench) -> None:
    feed = read_feed(api, "/releases.atom")

    assert list_texts(feed, "title") == ["Sample demo/tools 2.0", "Sample Demo 1.0", "Sample Demo 0.9"]
    assert list_texts(feed, "published") == sorted(list_texts(feed, "published"), reverse=True)
    assert feed.findtext(f"{ATOM}updated") == list_texts(feed, "updated")[0]
    assert feed.findtext(f"{ATOM}id") == "tag:testserver.local,2026-01-01:releases"
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert list_links(feed) == {
        ("self", "application/atom+xml"): "http://testserver.local/releases.atom",
        ("alternate", "text/html"): "http://testserver.local/releases",
    }


def test_an_entry_leads_to_the_downloads_and_to_the_release_as_data(api: Client, released: Bench) -> None:
    feed = read_feed(api, "/projects/demo/tools/releases.atom")

    (entry,) = feed.iterfind(f"{ATOM}entry")
    links = list_links(entry)
    assert links["alternate", "text/html"].endswith("/projects/demo/tools/2.0/download")
    data = links["alternate", "application/json"].removeprefix("http://testserver.local")
    assert api.get(data, headers={"accept": "application/json"}).json()["release"] == "demo/tools/2.0"
    assert "2 files" in list_texts(feed, "summary")[0]


def test_projects_and_lines_have_feeds_of_their_own(api: Client, released: Bench) -> None:
    titles = {
        path: list_texts(read_feed(api, f"/projects/{path}/releases.atom"), "title")
        for path in ("demo", "demo/main", "demo/tools")
    }

    assert [len(each) for each in titles.values()] == [3, 2, 1]
    ids = {read_feed(api, f"/projects/{path}/releases.atom").findtext(f"{ATOM}id") for path in titles}
    assert len(ids) == 3
    assert api.get("/projects/nothing/releases.atom").status_code == 404
    assert api.get("/projects/demo/nothing/releases.atom").status_code == 404


def test_ids_stay_and_what_was_revoked_says_so(api: Client, released: Bench) -> None:
    before = read_feed(api, "/projects/demo/main/releases.atom")
    set_aside(released, Phase.REVOKED, NEW)
    after = read_feed(api, "/projects/demo/main/releases.atom")

    assert list_texts(after, "id") == list_texts(before, "id")
    assert list_texts(after, "title")[0] == "Sample Demo 1.0 (revoked)"
    assert "do not use it" in list_texts(after, "summary")[0]
    assert list_texts(after, "updated")[0] > list_texts(before, "updated")[0]
    revoked = next(after.iterfind(f"{ATOM}entry"))
    assert ("alternate", "application/json") not in list_links(revoked)


def test_an_archived_release_keeps_its_place(api: Client, released: Bench) -> None:
    set_aside(released, Phase.ARCHIVED, OLD)

    feed = read_feed(api, "/projects/demo/main/releases.atom")

    assert list_texts(feed, "title") == ["Sample Demo 1.0", "Sample Demo 0.9"]
    assert "archived" in list_texts(feed, "summary")[1]


def test_what_is_not_announced_is_in_no_feed(api: Client, bench: Bench) -> None:
    publish_voted(bench, NEW)

    feed = read_feed(api, "/projects/demo/releases.atom")

    assert list_texts(feed, "title") == []
    assert feed.findtext(f"{ATOM}updated")


def test_whoever_has_the_feed_already_is_told_so(api: Client, released: Bench) -> None:
    tag = api.get("/releases.atom").headers["etag"]

    assert api.get("/releases.atom", headers={"if-none-match": tag}).status_code == 304
    assert api.head("/releases.atom").status_code == 200
    set_aside(released, Phase.ARCHIVED, OLD)
    assert api.get("/releases.atom", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/releases.atom"),
        ("/releases", "/releases.atom"),
        ("/projects/demo", "/projects/demo/releases.atom"),
        ("/projects/demo/main", "/projects/demo/main/releases.atom"),
        ("/projects/demo/main/downloads", "/projects/demo/main/releases.atom"),
        ("/projects/demo/main/1.0/download", "/projects/demo/main/releases.atom"),
    ],
)
def test_pages_name_their_feeds(api: Client, door: Door, released: Bench, page: str, feed: str) -> None:
    html = walk_in(api, door).look(page).answer.text

    head = html[: html.index("</head>")]
    assert '<link rel="alternate" type="application/atom+xml"' in head
    assert f'href="{feed}"' in head


def test_the_page_of_a_release_names_its_data(api: Client, door: Door, released: Bench) -> None:
    html = walk_in(api, door).look("/releases/demo/main/1.0").answer.text

    assert (
        'type="application/json" title="This release as data" href="/api/v1/releases/demo/main/1.0"' in html
    )
