# SPDX-License-Identifier: Apache-2.0
"""The public coordinates, as people and programs download from them."""

import base64
import hashlib

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_line, make_project
from tests.support.publishing import approve_release, finish_release, restore_release, set_aside, settle_jobs
from tests.support.voting import FILES, KEY, Bench, make_bench, seal_release
from tests.support.website import Client

FILE = "demo-1.0.tar.gz"
DATA = FILES[FILE]
CURRENT = f"/current/demo/1.0/{FILE}"
CANDIDATE = f"/candidate/demo/1.0/{FILE}"
ARCHIVED = f"/archived/demo/1.0/{FILE}"
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"accept": "application/json"}


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


@pytest.fixture
def released(bench: Bench) -> Bench:
    finish_release(bench)
    return bench


def fetch(api: Client, path: str, **headers: str) -> tuple[int, bytes]:
    answer = api.get(path, headers=headers, follow_redirects=False)
    return answer.status_code, answer.content


def test_a_released_file_is_sent_with_its_digests(api: Client, released: Bench) -> None:
    sent = api.get(CURRENT)
    assert (sent.status_code, sent.content) == (200, DATA)
    sha512 = hashlib.sha512(DATA)
    assert sent.headers["etag"] == f'"{sha512.hexdigest()}"'
    told = base64.b64encode(sha512.digest()).decode()
    assert sent.headers["repr-digest"].startswith(f"sha-512=:{told}:, sha-256=:")
    assert sent.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sent.headers["content-disposition"] == f"attachment; filename*=UTF-8''{FILE}"
    assert sent.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert sent.headers["content-length"] == str(len(DATA))
    assert sent.headers["content-type"] == "application/octet-stream"
    assert "set-cookie" not in sent.headers


def test_companions_are_declared_as_what_they_are(api: Client, bench: Bench) -> None:
    seal_release(bench.tools.door, KEY, {"a": b"1", "a.asc": b"2", "a.sha512": b"3"})
    types = [api.get(f"/candidate/demo/1.0/{name}").headers["content-type"] for name in ("a.asc", "a.sha512")]
    assert types == ["application/pgp-signature", "text/plain; charset=utf-8"]


def test_asking_only_for_the_head_sends_no_bytes(api: Client, released: Bench) -> None:
    head = api.head(CURRENT)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(DATA))
    assert head.headers["etag"] == api.get(CURRENT).headers["etag"]


def test_what_somebody_has_is_not_sent_again(api: Client, released: Bench) -> None:
    etag = api.get(CURRENT).headers["etag"]
    assert fetch(api, CURRENT, **{"if-none-match": etag}) == (304, b"")
    assert fetch(api, CURRENT, **{"if-none-match": f'"x", W/{etag}'}) == (304, b"")
    assert fetch(api, CURRENT, **{"if-none-match": '"x"'}) == (200, DATA)


@pytest.mark.parametrize(
    ("wanted", "status", "sent"),
    [
        ("bytes=0-0", 206, DATA[:1]),
        ("bytes=2-4", 206, DATA[2:5]),
        ("bytes=4-", 206, DATA[4:]),
        ("bytes=-3", 206, DATA[-3:]),
        ("bytes=-999", 206, DATA),
        ("bytes=5-999", 206, DATA[5:]),
        ("bytes=5-2", 200, DATA),
        ("bytes=-", 200, DATA),
        ("bytes=0-1,3-4", 200, DATA),
        ("lines=1-2", 200, DATA),
        ("bytes=x-y", 200, DATA),
    ],
)
def test_ranges_are_sent(api: Client, released: Bench, wanted: str, status: int, sent: bytes) -> None:
    answer = api.get(CURRENT, headers={"range": wanted})
    assert (answer.status_code, answer.content) == (status, sent)
    if status == 206:
        start = DATA.index(sent) if len(sent) > 1 else 0
        assert answer.headers["content-range"] == f"bytes {start}-{start + len(sent) - 1}/{len(DATA)}"


def test_a_range_behind_the_end_is_refused(api: Client, released: Bench) -> None:
    for wanted in ("bytes=999-", "bytes=-0"):
        answer = api.get(CURRENT, headers={"range": wanted})
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(DATA)}")


def test_a_range_of_something_else_is_not_mixed_in(api: Client, released: Bench) -> None:
    etag = api.get(CURRENT).headers["etag"]
    part = {"range": "bytes=0-0"}
    assert fetch(api, CURRENT, **part, **{"if-range": etag})[0] == 206
    assert fetch(api, CURRENT, **part, **{"if-range": '"other"'}) == (200, DATA)


def test_latest_leads_to_the_highest_release(api: Client, released: Bench) -> None:
    finish_release(released, ReleaseKey.parse("demo/1.10"), {"demo-1.10.tar.gz": b"newer"})
    finish_release(released, ReleaseKey.parse("demo/1.2-rc1"), {"x": b"not final"})
    answer = api.get("/current/demo/latest/demo-1.10.tar.gz", follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["location"] == "/current/demo/1.10/demo-1.10.tar.gz"
    assert answer.headers["cache-control"] == "public, max-age=60"
    set_aside(released, Phase.ARCHIVED, ReleaseKey.parse("demo/1.10"))
    assert (
        api.get("/current/demo/latest/x", follow_redirects=False)
        .headers["location"]
        .startswith("/current/demo/1.0/")
    )
    assert api.get("/archived/demo/latest/demo-1.10.tar.gz").content == b"newer"
    restore_release(released, ReleaseKey.parse("demo/1.10"))
    assert api.get("/current/demo/latest/demo-1.10.tar.gz").content == b"newer"


def test_a_line_has_coordinates_of_its_own(api: Client, bench: Bench) -> None:
    make_line(bench.tools.door, "demo/tools")
    finish_release(bench, ReleaseKey.parse("demo/tools/1.0"), {"tool.zip": b"tool"})
    assert api.get("/current/demo/tools/1.0/tool.zip").content == b"tool"
    assert api.get("/current/demo/tools/latest/tool.zip").content == b"tool"
    assert api.get("/current/demo/latest/tool.zip").status_code == 404


def test_main_written_out_leads_to_the_short_form(api: Client, released: Bench) -> None:
    answer = api.get(f"/current/demo/main/1.0/{FILE}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, CURRENT)
    assert api.get("/current/demo/main/latest", headers=JSON).json()["version"] == "1.0"


def test_a_candidate_is_sent_from_its_revision(api: Client, bench: Bench) -> None:
    seal_release(bench.tools.door)
    sent = api.get(CANDIDATE)
    assert (sent.content, sent.headers["cache-control"]) == (DATA, "no-cache")
    assert api.get(CURRENT, follow_redirects=False).headers["location"] == CANDIDATE


def test_a_voted_file_is_offered_only_once_it_is_published(api: Client, bench: Bench) -> None:
    approve_release(bench)
    assert api.get(CURRENT).status_code == 404
    settle_jobs(bench)
    assert api.get(CURRENT).content == DATA
    assert api.get(CANDIDATE, follow_redirects=False).headers["location"] == CURRENT


def test_an_archived_file_is_found_by_its_old_address(api: Client, released: Bench) -> None:
    set_aside(released)
    answer = api.get(CURRENT, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, ARCHIVED)
    assert api.get(ARCHIVED).content == DATA


def test_what_was_revoked_is_gone(api: Client, released: Bench) -> None:
    set_aside(released, Phase.REVOKED)
    for path in (CURRENT, ARCHIVED, CANDIDATE, "/current/demo/1.0", "/current/demo/latest"):
        assert api.get(path, headers=JSON).status_code == 404


def test_a_release_is_a_page_for_people_and_data_for_programs(api: Client, released: Bench) -> None:
    page = api.get("/current/demo/1.0", headers=HTML, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/releases/demo/main/1.0")
    assert page.headers["vary"] == "accept"
    data = api.get("/current/demo/1.0/", headers=JSON)
    assert data.headers["content-type"] == "application/json"
    assert data.json()["files"][0]["sha512"] == hashlib.sha512(DATA).hexdigest()
    assert fetch(api, "/current/demo/1.0", **JSON, **{"if-none-match": data.headers["etag"]})[0] == 304
    head = api.head("/current/demo/1.0", headers=JSON)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(data.content)))
    assert api.get("/current/demo/1.0/release.json").json() == data.json()


def test_a_candidate_without_files_can_be_looked_at(api: Client, bench: Bench) -> None:
    bench.tools.door.perform(act_as(bench.tools.door, "rm"), CreateRelease(KEY.line, KEY.version))
    assert api.get("/candidate/demo/1.0", headers=JSON).json()["files"] == []
    assert api.get("/candidate/demo/1.0", headers=HTML, follow_redirects=False).status_code == 303


def test_keys_stand_beside_every_stage(api: Client, bench: Bench) -> None:
    before = api.get("/current/demo/KEYS")
    assert before.status_code == 200
    assert before.headers["content-type"] == "text/plain; charset=utf-8"
    finish_release(bench)
    for stage in ("candidate", "current", "archived"):
        assert "Sample Demo" in api.get(f"/{stage}/demo/KEYS").text
    assert api.get("/current/nobody/KEYS").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/current",
        "/current/demo",
        "/current/demo/9.9",
        "/current/nobody/1.0/x",
        "/current/demo/tools/1.0/x",
        "/current/demo/1.0/other",
        "/current/demo/1.0/..%2f..%2fetc%2fpasswd",
        "/current/demo/1.0/%2e%2e/%2e%2e/KEYS",
        "/current/demo/1.0/a%0ab",
        "/current/demo/1.0/a%5cb",
        f"/current/demo/1.0/{FILE.upper()}",
        "/current/Demo/1.0/x",
        "/current/demo/keys",
        "/archived/demo/latest/x",
    ],
)
def test_what_is_not_there_is_not_found(api: Client, released: Bench, path: str) -> None:
    answer = api.get(path, headers=JSON)
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_can_be_put_at_a_coordinate(api: Client, released: Bench) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert api.request(method, CURRENT, headers=JSON).status_code == 405


SAID = ".atr/rebuilds/debian/demo-1.0.tar.gz"


def test_what_is_only_said_about_a_release_has_no_public_coordinate(api: Client, bench: Bench) -> None:
    seal_release(bench.tools.door, ReleaseKey.parse("demo/2.0"), {**FILES, SAID: b"rebuilt"})
    assert fetch(api, f"/candidate/demo/2.0/{SAID}")[0] == 404
    assert fetch(api, f"/candidate/demo/2.0/{FILE}")[0] == 200


def test_what_is_only_said_about_a_release_can_be_read_from_its_page(api: Client, bench: Bench) -> None:
    finish_release(bench, files={**FILES, SAID: b"rebuilt"})
    assert fetch(api, f"/current/demo/1.0/{SAID}")[0] == 404
    address = f"/api/v1/releases/demo/main/1.0/revisions/1/files/{SAID}"
    assert fetch(api, address) == (200, b"rebuilt")
    page = api.get("/current/demo/1.0/", headers=HTML)
    assert f'href="{address}"' in page.text
    assert f"/current/demo/1.0/{SAID}" not in page.text
