# SPDX-License-Identifier: Apache-2.0
"""`atr serve`: one command that stands, falls and comes back as a whole."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from atr.db.embedded import EmbeddedServer
from tests.support.database import make_quick_folder
from tests.support.workers import wait_until


@dataclass(slots=True)
class Served:
    """`atr serve` in a process of its own, on one folder and port."""

    data: Path
    port: int = 0
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start it without waiting."""
        command = [sys.executable, "-m", "atr.client.main", "serve", "--port", str(self.port)]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ATR_")}
        process = subprocess.Popen(
            [*command, *(words or ("--data", str(self.data)))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
        )
        self.running.append(process)
        return process

    def start_up(self) -> tuple[subprocess.Popen[str], str, str]:
        """Start it; return the process, the address and the login link."""
        process = self.start()
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        link = re.search(r"http://\S+", process.stdout.readline())
        assert address, process.stderr and process.stderr.read()
        assert link
        self.port = int(address[0].rpartition(":")[2])
        wait_until(lambda: answers(address[0]))
        return process, address[0], link[0]


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=20).status_code == 200
    except httpx.TransportError:
        return False


def is_over(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def fail(process: subprocess.Popen[str]) -> str:
    """Return what it says when it ends by itself with an error."""
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    return errors


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with make_quick_folder() as folder:
        served = Served(folder / "data")
        yield served
        for process in served.running:
            process.terminate()
            process.communicate(timeout=60)
        EmbeddedServer(served.data).stop()


def test_it_stands_falls_and_comes_back(served: Served) -> None:
    process, address, link = served.start_up()
    assert httpx.get(link, timeout=20).status_code == 200
    database = EmbeddedServer(served.data)

    assert f"is already served by process {process.pid}" in fail(served.start())
    other = ("--data", str(served.data.with_name("other")))
    assert f"Cannot listen on 127.0.0.1 port {served.port}" in fail(served.start(*other))

    parts = psutil.Process(process.pid).children()
    assert len(parts) >= 2
    for part in parts:
        part.kill()
    wait_until(lambda: answers(address))
    assert process.poll() is None

    family = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert database.is_answering()
    again, address, _ = served.start_up()
    wait_until(lambda: all(map(is_over, family)))

    family = psutil.Process(again.pid).children(recursive=True)
    again.terminate()
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert not answers(address)
    assert not database.is_answering()
    wait_until(lambda: all(map(is_over, family)))
