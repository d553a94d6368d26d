# SPDX-License-Identifier: Apache-2.0
"""The start of `atr serve` to its first page, in CPU seconds, and its memory when idle.

Run it alone: `python -m benchmarks.start`. The baseline is the same interpreter importing the web framework.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.serving import serve, sum_memory_bytes

ROUNDS = 5
PORT = 18080
IDLE_SECONDS = 20
BASELINE = "import litestar, sqlalchemy, pydantic, procrastinate, uvicorn, jinja2"
CPU_LIMIT_SECONDS = 1.5
MEMORY_LIMIT_MIB = 400


def measure_baseline() -> float:
    """Return the CPU seconds of importing the libraries alone."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", BASELINE], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        with serve(data, PORT) as first:
            print(f"first start (makes the database)  cpu {first.start_cpu_seconds:.2f} s")
        baselines, starts, walls = [], [], []
        for _ in range(ROUNDS):
            baselines.append(measure_baseline())
            with serve(data, PORT) as served:
                starts.append(served.start_cpu_seconds)
                walls.append(served.start_wall_seconds)
        with serve(data, PORT) as served:
            time.sleep(IDLE_SECONDS)
            memory = sum_memory_bytes(served.processes) / 2**20
    start, baseline = statistics.median(starts), statistics.median(baselines)
    wall = statistics.median(walls)
    print(f"start to first page  cpu {start:.2f} s (limit {CPU_LIMIT_SECONDS})  wall {wall:.2f} s")
    print(f"imports alone        cpu {baseline:.2f} s  ratio {start / baseline:.2f}")
    print(f"idle memory (PSS)    {memory:.0f} MiB (limit {MEMORY_LIMIT_MIB})")


if __name__ == "__main__":
    main()
