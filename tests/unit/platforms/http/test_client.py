# SPDX-License-Identifier: Apache-2.0
"""One call to a registry: what comes back, what is tried again, where it may lead."""

import base64
import hashlib
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from atr.domain.errors import Invalid, NotFound, Refused
from atr.platforms._http import RegistryClient
from atr.platforms._http.redaction import HIDDEN, Redactor
from atr.ports.platforms import BadCredentials, RegistryDown, Site
from tests.simulators.lying import PRIVATE_ADDRESS, Reply, Script, Seen, follow_script, serve_replies
from tests.unit.platforms.http.conftest import QUICK, SECRET

BUSY = Reply(429, b'{"error": "slow down"}')
JSON = {"content-type": "application/json"}
LARGE = bytes(range(256)) * 40_000


def test_json_comes_back_as_values(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b'{"b": [1]}'))
    assert client.read_json("/a") == {"b": [1]}
    assert client.read_json(f"{script.url}/a") == {"b": [1]}


def test_what_is_sent_arrives_with_the_credentials(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(201))
    client.send("PUT", "/a", json={"x": 1}, expect={201})
    client.send("POST", "/a", content=b"abc", headers={"content-type": "text/x"}, expect={201})
    put, post = script.seen
    assert (put.body, put.headers["content-type"]) == (b'{"x":1}', "application/json")
    assert (post.body, post.headers["content-type"]) == (b"abc", "text/x")
    assert put.headers["authorization"] == f"Bearer {SECRET}"
    assert client.traffic.sent == len(put.body + post.body)


def test_an_anonymous_call_carries_neither_credentials_nor_cookies(
    client: RegistryClient, script: Script
) -> None:
    script.set("/a", Reply(headers={"set-cookie": "session=1"}))
    client.send("GET", "/a")
    client.send("GET", "/a", anonymous=True)
    assert {"authorization", "cookie"}.isdisjoint(map(str.lower, script.seen[1].headers))


def test_an_upload_arrives_as_it_was_read(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(201))
    client.upload("POST", "/a", lambda: iter((b"ab", b"c")), 3, expect={201})
    assert script.seen[0].body == b"abc"
    assert script.seen[0].headers["content-length"] == "3"


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Refused), (401, BadCredentials), (403, BadCredentials), (404, Refused), (503, RegistryDown)],
)
def test_other_statuses_are_errors_in_the_words_of_the_registry(
    client: RegistryClient, script: Script, status: int, error: type[Exception]
) -> None:
    script.set("/a", Reply(status, b'{"error": {"message": "the moon is full"}}'))
    with pytest.raises(error, match=f"answered by {status}: the moon is full"):
        client.send("GET", "/a")


def test_no_answer_shows_a_secret(client: RegistryClient, script: Script) -> None:
    echo = f"bad Bearer {SECRET} at https://user:pass@host/?access_token=abcdef".encode()
    script.set("/a?X-Amz-Signature=abcdef", Reply(401, echo))
    script.set("/b", Reply(200, echo))
    with pytest.raises(BadCredentials) as refused:
        client.send("GET", "/a?X-Amz-Signature=abcdef")
    with pytest.raises(RegistryDown) as garbled:
        client.read_json("/b")
    for said in (str(refused.value), str(garbled.value), repr(client), repr(client.redactor)):
        assert not any(word in said for word in (SECRET, "pass@", "abcdef"))


def test_a_page_instead_of_data_is_told_by_its_title(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b"<html><title>Sign &amp; in</title>", headers={"content-type": "text/html"}))
    with pytest.raises(RegistryDown, match="by text/html instead of JSON: Sign & in"):
        client.read_json("/a")


def test_a_list_is_no_object(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b"[1]"))
    with pytest.raises(RegistryDown, match="not answered by a JSON object"):
        client.send("GET", "/a").parse_object()


def test_an_answer_that_is_too_large_is_not_read(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b" " * 100_001))
    with pytest.raises(RegistryDown, match="more than 100000 bytes"):
        client.read_json("/a")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_be_repeated_is_tried_again(client: RegistryClient, script: Script, status: int) -> None:
    script.set("/a", Reply(status), Reply(reset=True), Reply(body=b"1"))
    assert client.read_json("/a") == 1


def test_what_must_not_be_repeated_is_tried_once(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(503), Reply(200))
    with pytest.raises(RegistryDown):
        client.send("POST", "/a")
    assert len(script.seen) == 1


def test_a_registry_that_asks_for_a_moment_gets_it(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(429, headers={"retry-after": "0"}), Reply(body=b"1"))
    assert client.read_json("/a") == 1


@pytest.mark.parametrize(
    ("write", "seconds"),
    [
        (lambda _now: "120", 120),
        (lambda _now: "999999999999999999", 3600),
        (lambda now: format_datetime(now + timedelta(days=9), usegmt=True), 3600),
        (lambda now: (now + timedelta(minutes=30)).strftime("%a, %d %b %Y %H:%M:%S"), 1800),
    ],
    ids=["in seconds", "longer than anybody waits", "by date", "by date without a zone"],
)
def test_a_registry_that_wants_rest_is_left_alone(
    client: RegistryClient, script: Script, write: Callable[[datetime], str], seconds: float
) -> None:
    script.set("/a", Reply(429, headers={"retry-after": write(datetime.now(UTC))}))
    for _ in range(3):
        with pytest.raises(RegistryDown) as down:
            client.send("GET", "/a")
        assert down.value.retry_after == pytest.approx(seconds, abs=60)
    assert len(script.seen) == 1


@pytest.mark.parametrize("header", ["soon", "-1", "Wed, 99 Foo 2020 00:00:00 GMT"])
def test_a_time_that_is_none_is_left_to_us(client: RegistryClient, script: Script, header: str) -> None:
    script.set("/a", Reply(429, headers={"retry-after": header}), Reply(body=b"1"))
    assert client.read_json("/a") == 1


def test_a_storm_of_refusals_ends_soon(client: RegistryClient, script: Script) -> None:
    script.set("/a", BUSY)
    with pytest.raises(RegistryDown, match="slow down"):
        client.send("GET", "/a")
    assert len(script.seen) == QUICK.attempts


def test_redirects_are_followed_on_the_same_host(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(302, headers={"location": "/b"}))
    script.set("/b", Reply(body=b"1"))
    assert client.read_json("/a") == 1


@pytest.mark.parametrize(
    "location", [PRIVATE_ADDRESS, "https://elsewhere.example", "ftp://x/", "http://[", "http://u:p@host/"]
)
def test_redirects_elsewhere_are_refused(client: RegistryClient, script: Script, location: str) -> None:
    script.set("/a", Reply(302, headers={"location": location}))
    with pytest.raises(Refused, match=r"no business|no address"):
        client.send("GET", "/a")


def test_a_redirect_of_a_change_must_keep_its_body(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(302, headers={"location": "/b"}))
    script.set("/c", Reply(307, headers={"location": "/b"}))
    script.set("/b", Reply(200))
    with pytest.raises(Refused, match="loses the body"):
        client.send("PUT", "/a", content=b"abc")
    client.send("PUT", "/c", content=b"abc")
    assert script.seen[-1].body == b"abc"


def test_redirects_come_to_an_end(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(302, headers={"location": "/a"}))
    with pytest.raises(RegistryDown, match="one redirect to the next"):
        client.send("GET", "/a")


def test_credentials_stay_with_their_host(script: Script) -> None:
    with follow_script() as store:
        store.set("/blob", Reply(body=b"abc"))
        script.set("/a", Reply(307, headers={"location": f"{store.url}/blob"}))
        site = Site(script.url, {}, local=True)
        with RegistryClient(site, more_hosts=[store.url.removeprefix("http://")], limits=QUICK) as client:
            client.send("GET", "/a", headers={"authorization": "Bearer abcdefgh"})
        assert "authorization" in map(str.lower, script.seen[0].headers)
        assert "authorization" not in map(str.lower, store.seen[0].headers)


def test_a_download_is_known_by_all_of_its_bytes(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=LARGE))
    content = client.digest("/a", anonymous=True)
    assert (content.sha512.hex, content.size) == (hashlib.sha512(LARGE).hexdigest(), len(LARGE))
    assert content.sha256.hex == hashlib.sha256(LARGE).hexdigest()
    assert client.traffic.received == len(LARGE)


@pytest.mark.parametrize("status", [404, 410])
def test_a_download_that_is_not_there_is_not_found(
    client: RegistryClient, script: Script, status: int
) -> None:
    script.set("/a", Reply(status))
    with pytest.raises(NotFound):
        client.digest("/a")


def test_a_refused_download_says_why(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(403, b"members only"))
    with pytest.raises(BadCredentials, match="members only"):
        client.digest("/a")


def test_a_truncated_body_is_no_answer(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b"short", length=100))
    with pytest.raises(RegistryDown, match="was not answered"):
        client.digest("/a")
    assert len(script.seen) == QUICK.attempts


def test_a_body_that_trickles_is_given_up(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b"x" * 1000, chunk=1, pause=0.05))
    with pytest.raises(RegistryDown, match=r"within 0\.5 seconds"):
        client.send("POST", "/a")
    with pytest.raises(RegistryDown, match="fewer than 4096 bytes a second"):
        client.digest("/a")


def test_silence_is_not_waited_for(client: RegistryClient, script: Script) -> None:
    script.set("/a", Reply(body=b"x", pause=2))
    with pytest.raises(RegistryDown, match="timed out"):
        client.send("POST", "/a")


def test_memory_stays_flat_both_ways(script: Script) -> None:
    block = b"x" * (1 << 20)

    def read() -> Iterator[bytes]:
        return iter([block] * 32)

    script.set("/up", Reply(201))
    script.set("/down", Reply(body=block * 32))
    with RegistryClient(Site(script.url, local=True)) as client:
        client.digest("/down")
        tracemalloc.start()
        client.digest("/down")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        client.upload("PUT", "/up", read, 32 << 20, expect={201})
    assert peak < 8 << 20
    assert client.traffic.sent == 32 << 20


def test_a_registry_is_spoken_to_in_secret() -> None:
    for url in ("http://registry.example", "https://user:pass@registry.example", "ftp://x", "https://"):
        with pytest.raises(Invalid):
            RegistryClient(Site(url))


def test_nobody_answers_at_a_closed_door() -> None:
    with follow_script() as script:
        site = Site(script.url, local=True)
    with RegistryClient(site, limits=QUICK) as client, pytest.raises(RegistryDown, match="refused"):
        client.send("POST", "/a")


def test_private_addresses_are_for_local_channels(script: Script) -> None:
    site = Site(f"https://127.0.0.1:{script.url.rpartition(':')[2]}")
    with RegistryClient(site, limits=QUICK) as client, pytest.raises(Refused, match="no public address"):
        client.send("GET", "/a")
    assert not script.seen


def test_a_registry_may_think_about_an_upload() -> None:
    def think(_: Seen) -> Reply:
        time.sleep(2 * QUICK.silence_seconds)
        return Reply(201)

    with serve_replies(think) as url, RegistryClient(Site(url, local=True), limits=QUICK) as client:
        assert client.upload("PUT", "/a", lambda: (b"abc",), 3, expect={201}).status == 201


def test_nothing_is_handed_over_in_the_clear(script: Script) -> None:
    with RegistryClient(
        Site("https://registry.example"), more_hosts=["cdn.example", ".store.example"]
    ) as client:
        for url in ("http://cdn.example/a", "https://cdn.example:8443/a", "https://other.example/a"):
            with pytest.raises(Refused, match="no business"):
                client.send("GET", url)


def test_credentials_that_are_no_text_are_hidden_all_the_same() -> None:
    redactor = Redactor()
    redactor.hide_header("Basic ////")
    redactor.hide_header(f"Basic {base64.b64encode(b'user:a long password').decode()}")
    assert redactor.clean("got //// and a long password") == f"got {HIDDEN} and {HIDDEN}"
