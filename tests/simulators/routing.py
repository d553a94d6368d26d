# SPDX-License-Identifier: Apache-2.0
"""What the simulated registries have in common: routes, failures on demand, a count of what had an effect."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from threading import RLock
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.simulators.lying import Reply, Seen, serve_replies

Handler = Callable[..., Reply]
Route = tuple[str, str, Handler]


class Failure(Enum):
    """What goes wrong with a request that was told to."""

    BEFORE = auto()  # the connection breaks and nothing happened
    AFTER = auto()  # the connection breaks after the effect
    DOWN = auto()  # 503, and nothing happened
    BUSY = auto()  # 429 with Retry-After, and nothing happened


class Simulator:
    """A registry on the loopback: `effects` counts what changed something, by a word for it."""

    def __init__(self) -> None:
        self.effects: Counter[str] = Counter()
        self.requests: list[str] = []
        self.url = ""
        self._failures: list[tuple[str, str, Failure]] = []
        self._lock = RLock()

    def list_routes(self) -> Sequence[Route]:
        """Return method, pattern of the whole path, and handler; groups of the pattern are its arguments."""
        raise NotImplementedError

    def refuse(self, request: Seen, path: str) -> Reply | None:
        """Return the answer to a request that must not even be looked at, such as one without credentials."""
        raise NotImplementedError

    def fail_next(self, method: str, pattern: str, failure: Failure) -> None:
        """Let the next request of this kind go wrong."""
        self._failures.append((method, pattern, failure))

    def answer(self, request: Seen) -> Reply:
        """Answer by the routes."""
        path = unquote(urlsplit(request.path).path)
        with self._lock:
            self.requests.append(f"{request.method} {path}")
            match self._take_failure(request.method, path):
                case Failure.BEFORE:
                    return Reply(reset=True)
                case Failure.DOWN:
                    return Reply(503, b"down for maintenance")
                case Failure.BUSY:
                    return Reply(429, b"too many requests", {"retry-after": "1"})
                case Failure.AFTER:
                    self._route(request, path)
                    return Reply(reset=True)
                case _:
                    return self._route(request, path)

    @contextmanager
    def serve(self) -> Iterator[Self]:
        """Serve on the loopback."""
        with serve_replies(self.answer) as self.url:
            yield self

    def _take_failure(self, method: str, path: str) -> Failure | None:
        for index, (wanted, pattern, failure) in enumerate(self._failures):
            if wanted == method and re.search(pattern, path):
                del self._failures[index]
                return failure
        return None

    def _route(self, request: Seen, path: str) -> Reply:
        refusal = self.refuse(request, path)
        if refusal is not None:
            return refusal
        method = "GET" if request.method == "HEAD" else request.method
        for wanted, pattern, handler in self.list_routes():
            found = re.fullmatch(pattern, path)
            if wanted == method and found:
                return handler(request, *found.groups())
        return Reply(404, b"not found")


def reply_json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with JSON."""
    return Reply(status, json.dumps(data).encode(), {"content-type": "application/json", **(headers or {})})


def reply_file(data: bytes | None) -> Reply:
    """Answer with the bytes, or that there are none."""
    found = {"content-type": "application/octet-stream"}
    return Reply(404, b"not found") if data is None else Reply(200, data, found)


def read_query(request: Seen) -> dict[str, str]:
    """Return the parameters of the address."""
    return dict(parse_qsl(urlsplit(request.path).query, keep_blank_values=True))


def find_header(request: Seen, name: str) -> str:
    """Return a header's value, empty if it is missing."""
    return next((value for key, value in request.headers.items() if key.lower() == name.lower()), "")


def read_login(request: Seen) -> str:
    """Return `user:password` of Basic or Bearer credentials in base64, empty if there are none."""
    scheme, _, text = find_header(request, "authorization").partition(" ")
    try:
        return base64.b64decode(text).decode() if scheme in {"Basic", "Bearer"} else ""
    except ValueError:
        return ""
