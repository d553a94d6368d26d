# SPDX-License-Identifier: Apache-2.0
"""A server of its own for the demo."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from atr.admin.demo.stage_error import StepFailed

_PATIENCE_SECONDS = 60.0
_GOODBYE_SECONDS = 30.0


class DemoServer:
    """`atr serve` in a process of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port or _find_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve while the block runs."""
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "serve.log").open("ab") as log:
            words = ["serve", "--data", str(self.data), "--port", str(self.port)]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "atr.client.main", *words], stdout=log, stderr=log
            )
        try:
            self._await_answer()
            yield
        finally:
            self._process.terminate()
            self._process.wait(_GOODBYE_SECONDS)

    def wait(self) -> None:
        """Serve until somebody presses Ctrl-C."""
        try:
            while self._process is not None and self._process.poll() is None:
                time.sleep(0.5)
        except KeyboardInterrupt:
            return

    def _await_answer(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                if httpx2.get(f"{self.address}/readyz", timeout=5).is_success:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
        raise StepFailed(f"The server did not start: see {self.data / 'serve.log'}.")


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
