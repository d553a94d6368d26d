# SPDX-License-Identifier: Apache-2.0
"""Downloads are judged by what the public address really answers."""

import hashlib
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from atr.domain.artifact import Digest
from atr.domain.errors import Conflict, NotFound
from atr.platforms.public_downloads import PublicDownloads

LARGE = bytes(range(256)) * 20_000


class Answers(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    def do_GET(self) -> None:
        match self.path:
            case "/current/tika/3.1.0/a%20b.tar.gz":
                self.answer(200, LARGE)
            case "/moved":
                self.redirect("/current/tika/3.1.0/a%20b.tar.gz")
            case "/away":
                self.redirect("http://other.example.org/a")
            case "/round":
                self.redirect("/round")
            case "/broken":
                self.answer(200, b"short", length=100)
            case "/busy":
                self.answer(503, b"")
            case "/gone":
                self.answer(410, b"")
            case _:
                self.answer(404, b"")

    def answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("location", location)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def downloads() -> Iterator[PublicDownloads]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield PublicDownloads(f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/current/tika/3.1.0/a%20b.tar.gz", "/moved"])
def test_the_digest_is_that_of_all_bytes_answered(downloads: PublicDownloads, path: str) -> None:
    assert downloads.fetch_digest(path) == Digest("sha512", hashlib.sha512(LARGE).hexdigest())


@pytest.mark.parametrize("path", ["/nothing", "/gone"])
def test_what_is_not_there_is_not_found(downloads: PublicDownloads, path: str) -> None:
    with pytest.raises(NotFound, match="public download"):
        downloads.fetch_digest(path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/away", "another place: http://other.example.org/a"),
        ("/round", "redirects /round more than 5 times"),
        ("/busy", "answered 503"),
        ("/broken", "did not answer"),
    ],
)
def test_any_other_answer_is_no_proof(downloads: PublicDownloads, path: str, reason: str) -> None:
    with pytest.raises(Conflict, match=reason):
        downloads.fetch_digest(path)


def test_a_server_that_is_down_is_no_proof() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match="did not answer"):
            PublicDownloads(f"http://127.0.0.1:{port}").fetch_digest("/a")
