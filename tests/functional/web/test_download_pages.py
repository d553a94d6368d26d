# SPDX-License-Identifier: Apache-2.0
"""Where the public downloads: files, how to verify them, and the releases of a line."""

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue
from tests.support.playground import make_line, make_project
from tests.support.publishing import finish_release, publish_voted, set_aside
from tests.support.voting import KEY, Bench, make_bench, seal_release
from tests.support.website import Client

PAGE = "/projects/demo/main/1.0/download"
FILES = {
    "demo-1.0.tar.gz": b"the source",
    "demo-1.0.tar.gz.asc": b"its signature",
    "demo-1.0.tar.gz.sha512": b"its checksum",
    "docs & more/demo.zip": b"unsigned",
}


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def test_files_are_offered_with_the_commands_that_verify_them(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, FILES)

    seen = walk_in(api, door).look(PAGE)

    folder = "http://testserver.local/current/demo/1.0"
    assert "/current/demo/1.0/demo-1.0.tar.gz" in seen.links
    assert "/current/demo/1.0/demo-1.0.tar.gz.asc" in seen.links
    assert "/current/demo/KEYS" in seen.links
    assert f"atr verify {folder}" in seen.text
    assert f"curl -fLO {folder}/demo-1.0.tar.gz.sha512" in seen.text
    assert "sha512sum --check demo-1.0.tar.gz.sha512" in seen.text
    assert "gpg --verify demo-1.0.tar.gz.asc demo-1.0.tar.gz" in seen.text


def test_names_are_quoted_for_the_shell(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, FILES)

    assert "docs%20%26%20more/demo.zip" in walk_in(api, door).look(PAGE).text


def test_what_is_published_can_be_had_before_it_is_announced(door: Door, api: Client, bench: Bench) -> None:
    publish_voted(bench)

    assert walk_in(api, door).look(PAGE).status == 200


def test_a_candidate_has_no_download_page(door: Door, api: Client, bench: Bench) -> None:
    seal_release(door)

    seen = walk_in(api, door).look(PAGE)

    assert seen.status == 404
    assert "There is no published release demo/1.0." in seen.text


def test_an_archived_release_is_shown_with_a_warning(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench)
    set_aside(bench, Phase.ARCHIVED)

    seen = walk_in(api, door).look(PAGE)

    assert "This release is archived: a newer one has replaced it." in seen.text
    assert "/archived/demo/1.0/demo-1.0.tar.gz" in seen.links


def test_a_revoked_release_offers_nothing(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench)
    rm = walk_in(api, door, "rm")
    rm.send("/releases/demo/main/1.0/phase", {"to": "revoked", "reason": "A leak of keys."})

    seen = rm.look(PAGE)

    assert "This release was revoked: do not use it. A leak of keys." in seen.text
    assert "Nothing to download" in seen.text
    assert not [link for link in seen.links if link.endswith(".tar.gz")]


def test_the_releases_of_a_line_are_listed_by_stage(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, ReleaseKey.parse("demo/0.9"))
    set_aside(bench, Phase.ARCHIVED, ReleaseKey.parse("demo/0.9"))
    finish_release(bench)
    seal_release(door, ReleaseKey.parse("demo/1.1"))

    seen = walk_in(api, door).look("/projects/demo/main/downloads")

    assert PAGE in seen.links
    assert "/projects/demo/main/0.9/download" in seen.links
    assert "Archived releases" in seen.text
    assert "/projects/demo/main/1.1/download" not in seen.links


def test_a_line_without_releases_says_so(door: Door, api: Client, bench: Bench) -> None:
    make_line(door)

    seen = walk_in(api, door).look("/projects/demo/tools/downloads")

    assert "No release yet" in seen.text
    assert walk_in(api, door).look("/projects/demo/nothing/downloads").status == 404
