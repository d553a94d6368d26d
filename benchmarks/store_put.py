# SPDX-License-Identifier: Apache-2.0
"""Storing a large file against `sha512sum` plus `cp`: the ratio of the rates, and the memory it takes.

Run it alone: `python -m benchmarks.store_put [MEGABYTES] [FOLDER]`. Rounds alternate and the best of each
counts, since all share the machine with whatever else runs.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from atr.storage.places import open_storage
from atr.storage.spool import DiskSpool

ROUNDS = 6
NETWORK_CHUNK = 64 << 10


def read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(NETWORK_CHUNK):
            yield chunk


def hash_and_copy(source: Path, folder: Path) -> None:
    subprocess.run(["sha512sum", source], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cp", source, folder / "copy"], check=True)


def put(source: Path, folder: Path) -> None:
    open_storage(f"file://{folder}", {}, folder / "incoming").blobs.put(read_chunks(source))


def upload(source: Path, folder: Path) -> None:
    blobs = open_storage(f"file://{folder}", {}, folder / "incoming").blobs
    spool = DiskSpool(folder / "spool")
    spool.append("upload", 0, read_chunks(source))
    spool.finish("upload", blobs)


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "sha512sum + cp": hash_and_copy,
    "put": put,
    "spool + finish": upload,
}


def measure(way: Callable[[Path, Path], None], source: Path, folder: Path) -> float:
    folder.mkdir()
    os.sync()
    started = time.perf_counter()
    way(source, folder)
    taken = time.perf_counter() - started
    shutil.rmtree(folder)
    return taken


def main(megabytes: int = 500, parent: str | None = None) -> None:
    with tempfile.TemporaryDirectory(dir=parent) as name:
        source = Path(name) / "source"
        with source.open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1_000_000))
        best = dict.fromkeys(WAYS, float("inf"))
        for _ in range(ROUNDS):
            for label, way in WAYS.items():
                best[label] = min(best[label], measure(way, source, Path(name) / "work"))
    for label, taken in best.items():
        print(f"{label:15}  {megabytes / taken:5.0f} MB/s  ratio {best['sha512sum + cp'] / taken:.2f}")
    print(f"peak memory      {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:5.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, sys.argv[2] if len(sys.argv) > 2 else None)
