# SPDX-License-Identifier: Apache-2.0
"""Where the public downloads: files, how to verify them, and the releases of a line."""

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue, SettableClock
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


def test_each_file_says_what_it_is_and_those_most_come_for_stand_first(
    door: Door, api: Client, bench: Bench
) -> None:
    finish_release(bench, KEY, {**FILES, "demo-1.0-py3-none-any.whl": b"a wheel", "README.txt": b"text"})

    seen = walk_in(api, door).look(PAGE)

    words = ["Source code", "Ready to use", "Python package (wheel)", "More files", "To be read"]
    assert sorted(words, key=seen.text.index) == words
    assert "Three steps for demo-1.0.tar.gz ." in seen.text


def test_any_file_can_be_chosen_to_be_verified(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, FILES)
    visitor = walk_in(api, door)
    chosen = next(link for link in visitor.look(PAGE).links if "demo.zip#verify" in link)

    seen = visitor.look(chosen)

    assert "Three steps for docs & more/demo.zip ." in seen.text
    assert "docs%20%26%20more/demo.zip" in seen.text
    assert "The project has not signed this file by itself." in seen.text
    assert "gpg --verify" not in seen.text
    assert "  demo.zip' | sha512sum --check".replace("  ", "") in seen.text
    assert "Three steps for demo-1.0.tar.gz" in visitor.look(f"{PAGE}?file=nothing").text


def test_the_commands_fit_the_system_of_whoever_asks(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, FILES | {"demo-1.0.tar.gz.sha256": b"another", "it's.zip": b"quoted"})
    visitor = walk_in(api, door)

    for agent, system in (
        ("(Windows NT 10.0)", "windows"),
        ("(Macintosh; Mac OS X)", "macos"),
        ("", "linux"),
    ):
        visitor.headers["user-agent"] = agent
        assert f'id="system-{system}" checked' in visitor.look(PAGE).answer.text
    seen = visitor.look(f"{PAGE}?file=it%27s.zip")
    assert "(Get-FileHash 'it''s.zip' -Algorithm SHA512).Hash -eq '" in seen.text
    assert "shasum -a 512 --check" in visitor.look(PAGE).text


def test_no_name_of_a_file_is_an_option_of_a_program(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, {"-o.zip": b"it", "-o.zip.asc": b"its signature", "-o.zip.sha512": b"sum"})

    seen = walk_in(api, door).look(PAGE)

    assert "sha512sum --check ./-o.zip.sha512" in seen.text
    assert "gpg --verify ./-o.zip.asc ./-o.zip" in seen.text


def test_a_checksum_of_either_kind_is_compared(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, {"demo.zip": b"it", "demo.zip.sha256": b"its checksum"})

    seen = walk_in(api, door).look(PAGE)

    assert "sha256sum --check demo.zip.sha256" in seen.text
    assert "-Algorithm SHA256" in seen.text


def test_the_vote_is_told_and_led_to(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, FILES)

    seen = walk_in(api, door).look(PAGE)

    assert "The vote passed with 3 binding votes in favour." in seen.text
    assert "/releases/demo/main/1.0/votes/1" in seen.links


def test_programs_find_the_same_as_data(door: Door, api: Client, bench: Bench) -> None:
    finish_release(bench, KEY, FILES)

    seen = walk_in(api, door).look(PAGE)

    assert api.get("/current/demo/1.0/release.json").json()["release"] == "demo/1.0"
    data = ("/current/demo/1.0/release.json", "/api/v1/releases/demo/main/1.0/sboms")
    for link in (*data, "/api/v1/releases/demo/main/1.0", "/projects/demo/main/releases.atom"):
        assert link in seen.links
        assert api.get(link).status_code == 200


def test_whoever_looks_at_an_older_release_is_led_to_the_newer(door: Door, api: Client, bench: Bench) -> None:
    for version in ("1.0", "1.1"):
        finish_release(bench, ReleaseKey.parse(f"demo/{version}"), FILES)

    seen = walk_in(api, door).look(PAGE)

    assert "There is a newer release. Have Sample Demo 1.1 instead" in seen.text
    assert "/projects/demo/main/1.1/download" in seen.links
    assert "newer" not in walk_in(api, door).look("/projects/demo/main/1.1/download").text
    set_aside(bench, Phase.ARCHIVED)
    archived = walk_in(api, door).look(PAGE)
    assert "a newer one has replaced it." in archived.text
    assert "Have Sample Demo 1.1 instead" in archived.text


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


def test_the_history_of_a_line_is_listed_with_its_latest_first(
    door: Door, api: Client, bench: Bench, clock: SettableClock
) -> None:
    for version in ("0.8", "0.9", "1.0"):
        finish_release(bench, ReleaseKey.parse(f"demo/{version}"))
        clock.advance(days=1)
    set_aside(bench, Phase.ARCHIVED, ReleaseKey.parse("demo/0.9"))
    set_aside(bench, Phase.REVOKED, ReleaseKey.parse("demo/0.8"))
    seal_release(door, ReleaseKey.parse("demo/1.1"))

    seen = walk_in(api, door).look("/projects/demo/main/downloads")

    assert seen.text.index("The latest release Sample Demo 1.0") < seen.text.index("All releases")
    listed = [link for link in dict.fromkeys(seen.links) if link.endswith("/download")]
    assert listed == [f"/projects/demo/main/{version}/download" for version in ("1.0", "0.9", "0.8")]
    assert "Revoked" in seen.text
    assert "http://testserver.local/current/demo/latest/FILE" in seen.text


def test_a_long_history_goes_on_elsewhere(
    door: Door, api: Client, bench: Bench, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atr.web.pages.line_downloads._AT_ONCE", 1)
    for version in ("0.9", "1.0"):
        finish_release(bench, ReleaseKey.parse(f"demo/{version}"))
        clock.advance(days=1)
    visitor = walk_in(api, door)

    seen = visitor.look("/projects/demo/main/downloads")
    older = visitor.look(next(link for link in seen.links if "cursor=" in link))

    assert "/projects/demo/main/0.9/download" in older.links
    assert "/projects/demo/main/1.0/download" not in older.links
    assert "Back to the newest" in older.text


def test_a_line_without_releases_says_so(door: Door, api: Client, bench: Bench) -> None:
    make_line(door)

    seen = walk_in(api, door).look("/projects/demo/tools/downloads")

    assert "No release yet" in seen.text
    assert walk_in(api, door).look("/projects/demo/nothing/downloads").status == 404
