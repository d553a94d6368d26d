# SPDX-License-Identifier: Apache-2.0
"""100,000 findings of one revision: writing them against plain COPY, and then looking at them and deciding.

Run it alone: `python -m benchmarks.findings [NUMBER]`. Rounds alternate and the best of each counts. The
figure to keep: all findings of such an archive are written within 2 seconds.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from sqlalchemy import Engine, text

from atr.db.embedded import EmbeddedServer
from atr.db.engine import create_engine
from atr.db.unit_of_work import DatabaseUnit
from atr.domain.check import Acknowledgement, Finding, Severity
from atr.domain.names import ReleaseKey, UserId
from benchmarks.serving import Served, serve

NUMBER = 100_000
ROUNDS = 3
LIMIT_SECONDS = 2.0
PORT = 18091
KEY = ReleaseKey.parse("sample/1.0")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILL = """
INSERT INTO projects (key, name, status, description, homepage, policy, policy_version, edition)
VALUES ('sample', 'Sample', 'active', '', '', '{}', 0, 1);
INSERT INTO products (project, key, name, version_order, channels, required_channels, policy, policy_version,
                      edition) VALUES ('sample', 'main', 'Sample', 'semver', '{}', '{}', '{}', 0, 1);
INSERT INTO releases (project, product, version, phase, created_at, created_by, phase_changed_at,
                      newest_revision, package_managers, set_aside_reason, edition)
VALUES ('sample', 'main', '1.0', 'compose', now(), 'operator', now(), 1, '{}', '', 1);
INSERT INTO evaluations (release_id, revision, state, done, total)
SELECT id, 1, 'finished', 1, 1 FROM releases;
CREATE TABLE bare (LIKE findings)
"""
ADDRESSES = {
    "release page": "/releases/sample/main/1.0",
    "page of the findings": "/releases/sample/main/1.0/checks",
    "page of one rule": "/releases/sample/main/1.0/checks?rule=header.missing",
    "GET checks?first=10": "/api/v1/releases/sample/main/1.0/checks?first=10",
    "GET checks (1,000)": "/api/v1/releases/sample/main/1.0/checks",
    "GET blockers": "/api/v1/releases/sample/main/1.0/blockers",
}


def make_findings(number: int) -> tuple[Finding, ...]:
    """Return findings as a large source archive without headers would have them."""
    return tuple(
        Finding(
            "header.missing",
            Severity.CONCERN,
            "sample-1.0-src.tar.gz",
            f"sample-1.0/src/package{place // 100}/File{place}.java has no licence header.",
            f"sample-1.0/src/package{place // 100}/File{place}.java",
            {"kind": "Java", "line": place},
        )
        for place in range(number)
    )


def write(engine: Engine, found: tuple[Finding, ...]) -> None:
    """Write them as a worker does."""
    with DatabaseUnit(engine, lambda _connection, _job: None) as unit:
        unit.checks.finish_evaluation(KEY, 1, found, NOW)
        unit.commit()


def copy(engine: Engine, rows: list[tuple[object, ...]]) -> None:
    """Copy the same rows, made beforehand, into a table without keys."""
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE bare"))
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor().copy("COPY bare FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)


def acknowledge(engine: Engine, found: tuple[Finding, ...]) -> None:
    """Acknowledge them all."""
    with DatabaseUnit(engine, lambda _connection, _job: None) as unit:
        decisions = [
            Acknowledgement(each.rule, each.artifact, each.member, UserId("operator"), "generated", NOW)
            for each in found
        ]
        unit.decisions.add_acknowledgements(KEY, 1, decisions)
        unit.commit()


def take_time(action: Callable[[], object]) -> float:
    """Return the seconds it takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def compare(engine: Engine, found: tuple[Finding, ...]) -> float:
    """Print what writing costs; return its seconds."""
    rows: list[tuple[object, ...]] = [
        (
            1,
            1,
            place,
            each.rule,
            each.severity,
            each.artifact,
            each.member,
            each.message,
            json.dumps({**each.data}),
            each.id,
        )
        for place, each in enumerate(found)
    ]
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(take_time(lambda: write(engine, found)))
        plain.append(take_time(lambda: copy(engine, rows)))
    print(
        f"write {len(found)} findings: {min(ours):.2f} s, plain COPY {min(plain):.2f} s, "
        f"ratio {min(ours) / min(plain):.1f}"
    )
    return min(ours)


def look(served: Served, words: str) -> None:
    """Print what it takes to look at them."""
    with httpx2.Client(base_url=served.address, timeout=60) as client:
        for name, address in ADDRESSES.items():
            taken = min(take_time(lambda path=address: client.get(path).raise_for_status()) for _ in range(3))  # type: ignore[misc]
            print(f"{name}, {words}: {taken * 1000:.0f} ms")


def main() -> None:
    """Print every figure; end with 1 when writing takes too long."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    found = make_findings(number)
    with tempfile.TemporaryDirectory() as name, serve(Path(name), PORT) as served:
        engine = create_engine(EmbeddedServer(served.data).url, pool=1)
        with engine.begin() as connection:
            for statement in FILL.split(";\n"):
                connection.execute(text(statement))
        seconds = compare(engine, found)
        look(served, "nothing decided")
        print(f"acknowledge all: {take_time(lambda: acknowledge(engine, found)):.2f} s")
        look(served, "all acknowledged")
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO waivers (project, rule, paths, reason, by, at, versions, edition) VALUES "
                    "('sample', 'header.missing', '{*package1*}', 'x', 'operator', now(), '', 1)"
                )
            )
        look(served, "some waived")
        engine.dispose()
    if seconds > LIMIT_SECONDS:
        sys.exit(f"Writing took more than {LIMIT_SECONDS} s.")


if __name__ == "__main__":
    main()
