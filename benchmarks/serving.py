# SPDX-License-Identifier: Apache-2.0
"""`atr serve` for benchmarks: a process tree of its own, its CPU time and its memory."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A server that runs, where it answers, and the CPU seconds it took to its first page."""

    address: str
    data: Path
    process: psutil.Process
    start_cpu_seconds: float
    start_wall_seconds: float

    @property
    def processes(self) -> list[psutil.Process]:
        """Return the server's processes and the embedded database's."""
        return [self.process, *self.process.children(recursive=True), *find_database(self.data)]


def find_database(data: Path) -> list[psutil.Process]:
    """Return the processes of the embedded database, which belong to nobody's tree."""
    try:
        pid = int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    except FileNotFoundError:
        return []
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def sum_cpu_seconds(processes: list[psutil.Process]) -> float:
    """Return user and system time of the processes and of children they waited for."""
    times = [process.cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)


def sum_memory_bytes(processes: list[psutil.Process]) -> int:
    """Return the proportional set size of the processes together."""
    return sum(process.memory_full_info().pss for process in processes)


@contextmanager
def serve(data: Path, port: int) -> Iterator[Served]:
    """Serve the folder until the block ends; the clock runs until the home page has been answered."""
    begun = time.perf_counter()
    words = [sys.executable, "-m", "atr.client.main", "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        process = psutil.Process(started.pid)
        address = f"http://127.0.0.1:{port}"
        try:
            await_page(address)
            wall = time.perf_counter() - begun
            tree = [process, *process.children(recursive=True), *find_database(data)]
            waited_for = process.cpu_times()
            cpu = sum_cpu_seconds(tree) + waited_for.children_user + waited_for.children_system
            yield Served(address, data, process, cpu, wall)
        finally:
            started.terminate()


def await_page(address: str) -> None:
    """Wait until the home page is answered."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"{address}/", timeout=10).status_code < 500:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    raise TimeoutError("The server did not start.")
