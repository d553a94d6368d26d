# SPDX-License-Identifier: Apache-2.0
"""`atr serve` in real processes, kept alive as a service manager does, to be killed in part or whole."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

import httpx2

from atr.db.embedded import EmbeddedServer

PATIENCE_SECONDS = 120.0
BRISK = {"ATR_WORKER_HEARTBEAT": "1s", "ATR_WORKER_STALLED": "3s"}
# The system gives connections and port 0 their numbers from 32768 (Linux) or 49152 (RFC 6335) upwards.
_OUTSIDE_EPHEMERAL = range(20_000, 32_000)
_LEFT_OUT = ("ATR_", "COVERAGE_PROCESS")
_PROCESS = re.compile(r"(web|worker) runs as process (\d+)")


class Victim(StrEnum):
    """What `kill -9` hits."""

    WORKER = "the worker"
    WEB = "the web process"
    SUPERVISOR = "the supervisor"
    SERVER = "the whole server"
    DATABASE = "the database"
    EVERYTHING = "the server and the database"


class Serving:
    """One installation; whatever of it is killed comes back on the same port."""

    def __init__(self, data: Path, settings: dict[str, str]) -> None:
        self.data = data
        self.port = find_port()
        self.environment = name_environment(settings)
        self._log = data.parent / f"{data.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep_alive, daemon=True)

    @property
    def url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> EmbeddedServer:
        """Return its database."""
        return EmbeddedServer(self.data)

    def start(self) -> None:
        """Serve, and start again whenever it ends."""
        self._keeper.start()
        self.await_answer()

    def stop(self) -> None:
        """Stop everything."""
        self._over.set()
        self._keeper.join()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        self.database.stop()

    def await_answer(self) -> None:
        """Wait until it is ready for requests."""
        wait_until(lambda: is_ready(self.url), self.read_log)

    def kill(self, victim: Victim) -> None:
        """Kill processes of the installation at once, without a warning."""
        process = self._process
        assert process is not None
        if victim in {Victim.WORKER, Victim.WEB}:
            kill_process(self._find_part("worker" if victim is Victim.WORKER else "web"))
        if victim in {Victim.DATABASE, Victim.EVERYTHING}:
            kill_process(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]))
        if victim is Victim.SUPERVISOR:
            kill_process(process.pid)
        if victim in {Victim.SERVER, Victim.EVERYTHING}:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def read_log(self) -> str:
        """Return what the server said."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _find_part(self, name: str) -> int:
        return [int(pid) for part, pid in _PROCESS.findall(self.read_log()) if part == name][-1]

    def _keep_alive(self) -> None:
        while not self._over.is_set():
            if self._process is None or self._process.poll() is not None:
                self._process = self._launch()
            self._over.wait(0.05)

    def _launch(self) -> "subprocess.Popen[bytes]":
        words = ["serve", "--data", str(self.data), "--port", str(self.port)]
        with self._log.open("ab") as log:
            return launch_atr(words, self.environment, log.fileno())


def launch_atr(words: list[str], environment: dict[str, str], output: int) -> "subprocess.Popen[bytes]":
    """Start the program in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "atr.client.main", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def name_environment(settings: dict[str, str]) -> dict[str, str]:
    """Return this environment with other settings of ATR, in which coverage looks away from programs."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    return inherited | settings


def kill_process(pid: int) -> None:
    """Kill a process, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def find_port() -> int:
    """Return a port that is free now, and stays so while its server is down: nobody is given it by chance."""
    for port in random.sample(_OUTSIDE_EPHEMERAL, 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("A hundred ports are taken.")


def is_ready(url: str) -> bool:
    """Tell whether a server is ready for requests."""
    try:
        return httpx2.get(f"{url}/readyz", timeout=5).is_success
    except httpx2.TransportError:
        return False


def wait_until(
    is_so: Callable[[], bool], explain: Callable[[], str], seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait until something is so; raise TimeoutError with the explanation."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited in vain for {seconds:.0f} s: {explain()}")
        time.sleep(0.05)


@contextmanager
def run_installation(data: Path, settings: dict[str, str]) -> Iterator[Serving]:
    """Serve an installation while the block runs."""
    serving = Serving(data, settings)
    try:
        serving.start()
        yield serving
    finally:
        serving.stop()
