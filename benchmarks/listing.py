# SPDX-License-Identifier: Apache-2.0
"""The release page and `GET /releases` with 1,000 and with 100,000 releases: the ratio of their times.

Run it alone: `python -m benchmarks.listing`. Requests on both databases alternate, so that both meet the same
machine; medians count.
"""

import statistics
import tempfile
import time
from pathlib import Path

import httpx2
from sqlalchemy import text

from atr.db.embedded import EmbeddedServer
from atr.db.engine import create_engine
from benchmarks.serving import Served, serve

SMALL, LARGE = 1_000, 100_000
PORT = 18081
ROUNDS = 60
LIMIT = 1.5
PROJECTS = 50
ADDRESSES = {
    "release page": "/releases/project-7/main/1.0.7",
    "GET /releases": "/api/v1/releases",
    "GET /releases?stage=": "/api/v1/releases?stage=current",
    "GET /releases?project=": "/api/v1/releases?project=project-7",
    "GET /releases?q=": "/api/v1/releases?q=project-7",
    "GET a release": "/api/v1/releases/project-7/main/1.0.7",
}
FILL = """
INSERT INTO projects (key, name, status, description, homepage, policy, policy_version, edition, created_at)
SELECT 'project-' || n, 'Project ' || n, 'active', '', '', '{}', 0, 1, now()
FROM generate_series(1, :projects) n;
INSERT INTO products (project, key, name, version_order, channels, required_channels, policy, policy_version,
                      edition, created_at)
SELECT 'project-' || n, 'main', 'Project ' || n, 'semver', '{}', '{}', '{}', 0, 1, now()
FROM generate_series(1, :projects) n;
INSERT INTO releases (project, product, version, phase, created_at, created_by, phase_changed_at,
                      newest_revision, package_managers, set_aside_reason, edition, released_at)
SELECT 'project-' || (1 + n % :projects), 'main', '1.' || n / 1000 || '.' || n % 1000,
       (ARRAY['compose', 'released', 'archived', 'released'])[1 + n % 4],
       now() - n * interval '1 minute', 'operator', now() - n * interval '1 minute', 0, '{}', '', 1,
       CASE WHEN n % 4 = 0 THEN NULL ELSE now() END
FROM generate_series(1, :releases) n;
INSERT INTO releases (project, product, version, phase, created_at, created_by, phase_changed_at,
                      newest_revision, package_managers, set_aside_reason, edition)
VALUES ('project-7', 'main', '1.0.7', 'compose', now(), 'operator', now(), 0, '{}', '', 1)
ON CONFLICT DO NOTHING;
ANALYZE
"""


def fill(served: Served, releases: int) -> None:
    """Put so many releases into the database of the server."""
    engine = create_engine(EmbeddedServer(served.data).url, pool=1)
    with engine.begin() as connection:
        for statement in FILL.split(";"):
            values = {"projects": PROJECTS, "releases": releases}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    engine.dispose()


def time_request(client: httpx2.Client, address: str) -> float:
    """Return the milliseconds of one request."""
    begun = time.perf_counter()
    client.get(address).raise_for_status()
    return (time.perf_counter() - begun) * 1000


def compare(few: httpx2.Client, many: httpx2.Client, address: str) -> tuple[float, float]:
    """Return the medians of alternating requests, in milliseconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        times[0].append(time_request(few, address))
        times[1].append(time_request(many, address))
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        serve(Path(name) / "small", PORT) as small,
        serve(Path(name) / "large", PORT + 1) as large,
        httpx2.Client(base_url=small.address) as few,
        httpx2.Client(base_url=large.address) as many,
    ):
        fill(small, SMALL)
        fill(large, LARGE)
        for label, address in ADDRESSES.items():
            first, second = compare(few, many, address)
            ratio = f"ratio {second / first:.2f} (limit {LIMIT})"
            print(f"{label:24} {first:6.1f} ms  {second:6.1f} ms  {ratio}")


if __name__ == "__main__":
    main()
