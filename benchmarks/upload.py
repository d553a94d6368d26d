# SPDX-License-Identifier: Apache-2.0
"""Uploading 500 MB through the API against `sha512sum` plus `cp` of the same file, and the memory it takes.

Run it alone: `python -m benchmarks.upload [MEGABYTES]`. The rounds alternate; the best of each counts.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil

from benchmarks.serving import Served, serve

PORT = 18083
ROUNDS = 4
LIMIT = 0.60
CHUNK = 1 << 20
PROJECT = "benchmark"


def run_admin(data: Path, *words: str) -> str:
    """Run an operator's command on the server's folder."""
    command = [sys.executable, "-m", "atr.client.main", "admin", *words, "--data", str(data)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def sign_in(served: Served) -> httpx2.Client:
    """Return a client that acts as the first sysadmin."""
    code = run_admin(served.data, "login-link", "admin").rpartition("code=")[2]
    answer = httpx2.post(f"{served.address}/api/v1/login", json={"code": code}).raise_for_status().json()
    headers = {"Authorization": f"Bearer {answer['secret']}"}
    return httpx2.Client(base_url=f"{served.address}/api/v1", headers=headers, timeout=120)


def make_source(path: Path, megabytes: int) -> str:
    """Write random bytes and return their sha512."""
    digest = hashlib.sha512()
    with path.open("wb") as file:
        for _ in range(megabytes):
            block = os.urandom(1_000_000)
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def upload(client: httpx2.Client, release: str, source: Path, sha512: str) -> float:
    """Return the seconds from the beginning of an upload to its completion."""
    size = source.stat().st_size
    begun = time.perf_counter()
    wanted = {"path": f"{sha512[:12]}.bin", "size": size, "sha512": f"sha512:{sha512}"}
    created = client.post(f"{release}/uploads", json=wanted).raise_for_status()
    assert created.status_code == 201, created.text
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    location = created.headers["location"].removeprefix("/api/v1")
    client.patch(location, content=read_chunks(source), headers=headers).raise_for_status()
    return time.perf_counter() - begun


def hash_and_copy(source: Path, target: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(["sha512sum", source], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cp", source, target], check=True)
    taken = time.perf_counter() - begun
    target.unlink()
    return taken


def find_web(served: Served) -> psutil.Process:
    """Return the process that answers requests: the one that takes the most memory."""
    children: list[psutil.Process] = served.process.children()
    return max(children, key=lambda process: process.memory_info().rss)


def main(megabytes: int = 500) -> None:
    with tempfile.TemporaryDirectory() as name, serve(Path(name) / "data", PORT) as served:
        client = sign_in(served)
        client.post("/projects", json={"key": PROJECT, "name": "Benchmark"}).raise_for_status()
        client.post(f"/projects/{PROJECT}/products/main/releases", json={"version": "1.0"}).raise_for_status()
        release = f"/releases/{PROJECT}/main/1.0"
        ours, theirs, memory = [], [], []
        for _ in range(ROUNDS):
            source = Path(name) / "source"
            sha512 = make_source(source, megabytes)
            os.sync()
            theirs.append(hash_and_copy(source, Path(name) / "copy"))
            ours.append(upload(client, release, source, sha512))
            memory.append(find_web(served).memory_info().rss / 2**20)
    rate, other = megabytes / min(ours), megabytes / min(theirs)
    print(f"upload through the API  {rate:5.0f} MB/s")
    print(f"sha512sum + cp          {other:5.0f} MB/s  ratio {rate / other:.2f} (at least {LIMIT})")
    print(f"memory of the web process after each upload  {', '.join(f'{each:.0f}' for each in memory)} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
