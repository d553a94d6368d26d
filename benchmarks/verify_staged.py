# SPDX-License-Identifier: Apache-2.0
"""Verifying 1 GB of staged files against `curl | sha512sum`: at most 1.3 times as long, in flat memory.

Run it alone: `python -m benchmarks.verify_staged [MEGABYTES_A_FILE]`. Four files come from the page cache
through a process of its own; rounds alternate and the best of each counts. Ours computes sha256 besides.
"""

import hashlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from atr.platforms._http import RegistryClient
from atr.ports.platforms import Site

FILES = 4
ROUNDS = 4
LIMIT = 1.3
MOST_GROWTH_MIB = 32


class Sender(BaseHTTPRequestHandler):
    """Hands out one file under every name, without copying."""

    protocol_version = "HTTP/1.1"
    source: Path

    def do_GET(self) -> None:
        size = self.source.stat().st_size
        self.send_response(200)
        self.send_header("content-length", str(size))
        self.end_headers()
        with self.source.open("rb") as file:
            self.connection.sendfile(file)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


def serve(source: Path, told: Connection) -> None:
    Sender.source = source
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sender)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    told.send(server.server_port)
    server.serve_forever()


def fetch_with_curl(url: str, expected: str) -> None:
    for number in range(FILES):
        command = f"curl --silent --fail {url}/{number} | sha512sum"
        seen = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout
        assert seen.split()[0] == expected


def fetch_with_client(url: str, expected: str) -> None:
    with RegistryClient(Site(url, local=True)) as client:
        for number in range(FILES):
            assert client.digest(f"/{number}").sha512.hex == expected


def measure(way: Callable[[str, str], None], url: str, expected: str) -> float:
    started = time.perf_counter()
    way(url, expected)
    return time.perf_counter() - started


def write_source(path: Path, megabytes: int) -> str:
    sha512 = hashlib.sha512()
    with path.open("wb") as file:
        for _ in range(megabytes):
            block = os.urandom(1_000_000)
            sha512.update(block)
            file.write(block)
    return sha512.hexdigest()


def read_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(megabytes: int = 250) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        expected = write_source(source, megabytes)
        here, there = get_context("spawn").Pipe(duplex=False)
        process = get_context("spawn").Process(target=serve, args=(source, there), daemon=True)
        process.start()
        url = f"http://127.0.0.1:{here.recv()}"
        fetch_with_curl(url, expected)
        before = read_peak()
        curl = ours = float("inf")
        for _ in range(ROUNDS):
            curl = min(curl, measure(fetch_with_curl, url, expected))
            ours = min(ours, measure(fetch_with_client, url, expected))
        process.kill()
        process.join()
    grown = read_peak() - before
    total = FILES * megabytes
    print(f"curl | sha512sum  {total / curl:5.0f} MB/s")
    print(f"digest            {total / ours:5.0f} MB/s  {ours / curl:.2f} times as long (at most {LIMIT})")
    print(
        f"peak memory       {read_peak():5.0f} MiB, {grown:.0f} more than before (at most {MOST_GROWTH_MIB})"
    )
    if ours / curl > LIMIT or grown > MOST_GROWTH_MIB:
        raise SystemExit("missed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 250)
