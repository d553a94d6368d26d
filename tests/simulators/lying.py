# SPDX-License-Identifier: Apache-2.0
"""Servers that misbehave on demand: one that answers by a script, and one that stands before a truthful one.

The second passes everything on and distorts what it is told to, so that every adapter meets the same lies in
front of its own registry, real or simulated.
"""

import http.client
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})
_BLOCK = 1 << 16
PRIVATE_ADDRESS = "http://169.254.169.254/latest/meta-data/"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came: what it asked for, and the bytes of its body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `length` is what it claims of its body, `pause` (seconds) comes before every `chunk` bytes.

    `reset` breaks the connection instead of answering.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    chunk: int = _BLOCK
    pause: float = 0.0
    reset: bool = False


Answering = Callable[[Seen], Reply]


class Lie(Enum):
    """What the proxy does instead of passing on what is so."""

    HTML = auto()  # a page where data was asked for, without asking the registry
    SLOW = auto()  # what is so, a few bytes at a time
    TRUNCATED = auto()  # half of what is so, of the length of the whole
    ALTERED = auto()  # what is so, but for one bit
    AWAY = auto()  # a redirect to an address within the network
    BUSY = auto()  # 429, whatever is asked, without asking the registry
    DOWN = auto()  # 503, whatever is asked, without asking the registry
    RESET = auto()  # the connection breaks before anything happened
    RESET_AFTER = auto()  # the connection breaks after the registry did what was asked
    SWALLOWED = auto()  # 2xx, although nothing happened
    STALE = auto()  # what was so the first time


@dataclass(frozen=True, slots=True)
class _Rule:
    lie: Lie | Callable[[Reply], Reply]
    methods: tuple[str, ...]
    path: re.Pattern[str]
    times: int | None


def _leave(reply: Reply) -> Reply:
    return reply


def _slow_down(reply: Reply) -> Reply:
    return replace(reply, chunk=1, pause=0.2)


def _truncate(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2], length=len(reply.body))


def _break(_reply: Reply) -> Reply:
    return Reply(reset=True)


def _flip_bit(reply: Reply) -> Reply:
    middle = len(reply.body) // 2
    flipped = bytes(each ^ 1 for each in reply.body[middle : middle + 1])
    return replace(reply, body=reply.body[:middle] + flipped + reply.body[middle + 1 :])


_PAGE = b"<!DOCTYPE html><html><title>Please sign in</title><p>Wi-Fi</p></html>"
_CANNED = {
    Lie.HTML: Reply(200, _PAGE, {"content-type": "text/html"}),
    Lie.AWAY: Reply(307, headers={"location": PRIVATE_ADDRESS}),
    Lie.BUSY: Reply(429, b'{"error": "too many requests"}', {"content-type": "application/json"}),
    Lie.DOWN: Reply(503, b"down for maintenance"),
    Lie.RESET: Reply(reset=True),
}
_DISTORTIONS: dict[Lie, Callable[[Reply], Reply]] = {
    Lie.SLOW: _slow_down,
    Lie.TRUNCATED: _truncate,
    Lie.ALTERED: _flip_bit,
    Lie.RESET_AFTER: _break,
}


class LyingProxy:
    """Passes requests on to a registry, and lies about those it is told to."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream)
        self._rules: list[_Rule] = []
        self._first: dict[tuple[str, str], Reply] = {}
        self._lock = Lock()
        self.seen: list[Seen] = []
        self.url = ""

    def lie(
        self,
        how: Lie | Callable[[Reply], Reply],
        *methods: str,
        path: str = "",
        times: int | None = None,
    ) -> None:
        """Lie so about the methods (any if none) on paths in which the pattern is found, at most `times`."""
        self._rules.append(_Rule(how, methods, re.compile(path), times))

    def be_honest(self) -> None:
        """Pass everything on as it is, and forget what was seen."""
        self._rules.clear()
        self.seen.clear()

    def count(self, *methods: str, path: str = "") -> int:
        """Return how many requests came with one of the methods (any if none), on such a path."""
        return sum((not methods or s.method in methods) and bool(re.search(path, s.path)) for s in self.seen)

    def answer(self, request: Seen) -> Reply:
        """Answer as told, by default with what the registry answers."""
        with self._lock:
            self.seen.append(request)
            rule = self._take_rule(request)
        if rule is None:
            return self._remember(request, self._pass_on(request))
        if isinstance(rule.lie, Lie):
            return self._tell(rule.lie, request)
        return rule.lie(self._pass_on(request))

    def _take_rule(self, request: Seen) -> _Rule | None:
        for index, rule in enumerate(self._rules):
            fits = not rule.methods or request.method in rule.methods
            if fits and rule.times != 0 and rule.path.search(request.path):
                if rule.times is not None:
                    self._rules[index] = replace(rule, times=rule.times - 1)
                return rule
        return None

    def _tell(self, lie: Lie, request: Seen) -> Reply:
        if lie in _CANNED:
            return _CANNED[lie]
        if lie is Lie.SWALLOWED:
            return Reply(201 if request.method in {"PUT", "POST"} else 200, b'{"ok": true}')
        if lie is Lie.STALE and (first := self._first.get((request.method, request.path))):
            return first
        return _DISTORTIONS.get(lie, _leave)(self._pass_on(request))

    def _remember(self, request: Seen, reply: Reply) -> Reply:
        self._first.setdefault((request.method, request.path), reply)
        return reply

    def _pass_on(self, request: Seen) -> Reply:
        connection = http.client.HTTPConnection(self._upstream.netloc, timeout=60)
        kept = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        try:
            connection.request(request.method, self._upstream.path + request.path, request.body or None, kept)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
        length = answer.getheader("content-length") if request.method == "HEAD" else None
        return Reply(answer.status, body, headers, length=None if length is None else int(length))


class Script:
    """Answers each path with its replies in turn, the last one again and again; 404 for any other path."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.url = ""

    def set(self, path: str, *replies: Reply) -> None:
        """Answer the path so from now on."""
        self.replies[path] = list(replies)

    def answer(self, request: Seen) -> Reply:
        """Answer as written."""
        self.seen.append(request)
        replies = self.replies.get(request.path, [Reply(404, b"nothing here")])
        return replies.pop(0) if len(replies) > 1 else replies[0]


@contextmanager
def serve_replies(answer: Answering) -> Iterator[str]:
    """Serve on the loopback, and yield the address."""

    class Handler(_Handler):
        answering = staticmethod(answer)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


@contextmanager
def lie_before(upstream: str) -> Iterator[LyingProxy]:
    """Stand before a registry."""
    proxy = LyingProxy(upstream)
    with serve_replies(proxy.answer) as proxy.url:
        yield proxy


@contextmanager
def follow_script() -> Iterator[Script]:
    """Serve what a script says."""
    script = Script()
    with serve_replies(script.answer) as script.url:
        yield script


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answering: Answering

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self._read_body()
        reply = type(self).answering(Seen(self.command, self.path, dict(self.headers.items()), body))
        try:
            self._reset() if reply.reset else self._send(reply)
        except OSError:
            self.close_connection = True  # the client had enough

    def _read_body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, reply: Reply) -> None:
        length = len(reply.body) if reply.length is None else reply.length
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("content-length", str(length))
        self.end_headers()
        body = b"" if self.command == "HEAD" else reply.body
        for start in range(0, len(body), reply.chunk):
            if reply.pause:
                time.sleep(reply.pause)
            self.wfile.write(body[start : start + reply.chunk])
        self.close_connection = self.close_connection or (length != len(body) and self.command != "HEAD")

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.wfile.flush()
        self.connection.close()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""
