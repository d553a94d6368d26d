# SPDX-License-Identifier: Apache-2.0
"""The real HTTP server in a thread, on a free port of loopback, for browsers and HTTP clients."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from litestar import Litestar

from atr.bootstrap.http_server import make_server

_PATIENCE_SECONDS = 60


@contextmanager
def serve_app(make_app: Callable[[str], Litestar]) -> Iterator[str]:
    """Serve the application made for the address it will have; yield that address and stop afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = make_server(make_app(url), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _wait_until(lambda: server.started, thread)
            yield url
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_SECONDS)


def _wait_until(is_true: Callable[[], bool], thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_true():
        if not thread.is_alive():
            raise RuntimeError("The server ended before it had started.")
        if time.monotonic() > deadline:
            raise TimeoutError("The server did not start.")
        time.sleep(0.01)
