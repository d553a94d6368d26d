# SPDX-License-Identifier: Apache-2.0
"""One database, one S3-type store, one web process and two workers that have no folder in common."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from atr.admin.demo.stage import SAMPLE_FOUNDATION
from atr.db.engine import write_conninfo
from atr.domain.names import ReleaseKey
from tests.support.archives import TarMember, make_source, write_triple
from tests.support.keys import TestKey
from tests.support.object_store import BUCKET, run_object_store
from tests.support.serving import (
    BRISK,
    find_port,
    is_ready,
    launch_atr,
    name_environment,
    wait_until,
)
from tests.support.terminal import run_program
from tests.support.walking import Walk, sign_in_cast

UPLOADS = 10
MEMBERS = 40
WITHIN_SECONDS = 60.0
STATES = "SELECT state, count(*) FROM evaluations GROUP BY state"
RUNNING = (
    "SELECT DISTINCT worker_id FROM procrastinate_jobs WHERE status = 'doing' AND queue_name = 'errands'"
)
LEFT = "SELECT status::text, args::text FROM procrastinate_jobs WHERE queue_name = 'errands'"
LISTENING = "SELECT count(*) FROM procrastinate_workers"


@dataclass(frozen=True, slots=True)
class Site:
    """Where everything is, and what to tell every process about it."""

    url: str
    folder: Path
    settings: dict[str, str]
    database_url: str

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        with psycopg.connect(write_conninfo(self.database_url)) as connection:
            return connection.execute(query.encode()).fetchall()

    def read_logs(self) -> str:
        """Return what all processes said."""
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))

    @contextmanager
    def running(self, name: str, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run one process of the site with a data directory of its own."""
        environment = name_environment(self.settings | {"ATR_DATA_DIR": str(self.folder / name)})
        with (self.folder / f"{name}.log").open("ab") as log:
            if words[0] == "uvicorn":
                process = subprocess.Popen(
                    [sys.executable, "-m", *words], env=environment, stdout=log, stderr=log
                )
            else:
                process = launch_atr(list(words), environment, log.fileno())
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    port = find_port()
    url = f"http://127.0.0.1:{port}"
    with run_object_store(tmp_path / "store.log") as store:
        settings = {
            **BRISK,
            "ATR_PORT": str(port),
            "ATR_PUBLIC_URL": url,
            "ATR_DATABASE_URL": database_url,
            "ATR_STORE_URL": f"s3://{BUCKET}/{uuid4().hex}",
            "ATR_STORE_ENDPOINT": store["endpoint"],
            "ATR_STORE_REGION": store["region"],
            "ATR_STORE_ACCESS_KEY": store["access_key_id"],
            "ATR_STORE_SECRET_KEY": store["secret_access_key"],
            "ATR_STORE_ALLOW_HTTP": "yes",
            "ATR_MASTER_SECRET": "a secret of a test, long enough to be one",
            "ATR_WORKER_CONCURRENCY": "1",
        }
        yield Site(url, tmp_path, settings, database_url)


@pytest.fixture
def candidates(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Walk]]:
    """Serve pages and API; return candidates whose files are there, one step before their examination."""
    for name, value in site.settings.items():
        monkeypatch.setenv(name, value)
    ended = run_program("admin", "load", SAMPLE_FOUNDATION, "--data", site.folder / "operator")
    assert ended.code == 0, ended
    words = ("uvicorn", "--factory", "atr.asgi:create_application", "--port", site.settings["ATR_PORT"])
    with site.running("web", *words):
        wait_until(lambda: is_ready(site.url), site.read_logs)
        logins = sign_in_cast(site.url, site.folder / "operator", site.folder)
        walks = []
        for number in range(UPLOADS):
            root = f"sample-2.0.{number}"
            files = site.folder / root
            files.mkdir()
            extra = (
                TarMember(f"{root}/{each}.txt", f"{each} {number}\n".encode() * 10_000)
                for each in range(MEMBERS)
            )
            write_triple(files, f"{root}-src.tar.gz", make_source(root, extra), TestKey())
            walk = Walk(logins, ReleaseKey.parse(f"sample/main/2.0.{number}"), files)
            walk.create()
            walk.send()
            walks.append(walk)
        yield walks


def add_revisions(walks: list[Walk]) -> None:
    """Make all candidates need examination at about the same time."""
    with ThreadPoolExecutor(UPLOADS) as people:
        list(people.map(Walk.revise, walks))


def watch_work(site: Site) -> set[object]:
    """Look until everything is examined; return the workers that were seen at work."""
    seen: set[object] = set()

    def is_done() -> bool:
        seen.update(row[0] for row in site.ask(RUNNING))
        return site.ask(STATES) == [("finished", UPLOADS)] and not site.ask(LEFT)

    wait_until(is_done, site.read_logs, WITHIN_SECONDS)
    return seen


def is_caught_working(site: Site, worker: "subprocess.Popen[bytes]") -> bool:
    """Hold a worker still, and tell whether both are in the middle of a job; otherwise let it go on."""
    worker.send_signal(signal.SIGSTOP)
    if len(site.ask(RUNNING)) == 2:
        return True
    worker.send_signal(signal.SIGCONT)
    return False


def test_two_workers_share_the_work(site: Site, candidates: list[Walk]) -> None:
    with site.running("first", "worker"), site.running("second", "worker"):
        wait_until(lambda: site.ask(LISTENING) == [(4,)], site.read_logs)
        add_revisions(candidates)
        assert len(watch_work(site)) == 2


def test_a_worker_that_is_killed_loses_nothing(site: Site, candidates: list[Walk]) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(site.running(name, "worker")) for name in ("first", "second")]
        wait_until(lambda: site.ask(LISTENING) == [(4,)], site.read_logs)
        add_revisions(candidates)
        wait_until(lambda: is_caught_working(site, workers[0]), site.read_logs)
        workers[0].kill()
        watch_work(site)
        assert "of a dead worker is taken over" in site.read_logs()


def test_serve_works_with_a_database_and_a_store_elsewhere(site: Site) -> None:
    with site.running("serve", "serve") as process:
        wait_until(lambda: is_ready(site.url), site.read_logs)
        assert not (site.folder / "serve" / "postgres").exists()
    assert process.returncode == 0
