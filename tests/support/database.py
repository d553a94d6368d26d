# SPDX-License-Identifier: Apache-2.0
"""A database for every test that asks for one: a copy of a migrated template on one shared server.

The first test process that needs it starts the server, with its files in memory where there is room; all test
processes of all runs in this checkout share it. Each holds a shared lock meanwhile, and keeps a small shell
waiting on a pipe. When the process ends, however it ends, the pipe closes and the shell tries for the lock
alone: the last one stops the server and removes its files.
"""

import fcntl
import hashlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg
import pytest
from sqlalchemy import URL, Engine, QueuePool, event, make_url

from atr.db.claim import hold_lock, open_lock
from atr.db.embedded import EmbeddedServer
from atr.db.engine import create_engine, write_conninfo
from atr.db.migrate import migrate

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "test-database"
MEMORY = Path("/dev/shm")
NEEDED_BYTES = 1024**3
TEMPLATE = "template_atr"
_PATIENCE_SECONDS = 5.0
# Nothing here has to survive a power cut.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "max_wal_size": "64MB",
}
# Waits for its input to end, then stops the server unless somebody else uses it.
FAREWELL = """
read -r _
exec flock -n "$0" sh -c '
    pid="$(head -n 1 "$0/postgres/postmaster.pid" 2>/dev/null)"
    [ -z "$pid" ] || kill -QUIT "$pid"
    for _ in $(seq 200); do [ -e "$0/postgres/postmaster.pid" ] || break; sleep 0.02; done
    rm -rf "$0"
' "$1"
"""


@dataclass(slots=True)
class DatabaseServer:
    """The server as one test process uses it."""

    embedded: EmbeddedServer
    admin: psycopg.Connection
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _used: list[str] = field(default_factory=list)

    def create(self, template: str) -> str:
        """Return the address of a new database; those of finished tests are dropped on the way."""
        while self._used:
            self.admin.execute(f"DROP DATABASE {self._used.pop()} WITH (FORCE)".encode())
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
        return self.embedded.name_database(name).render_as_string(hide_password=False)

    def retire(self, url: str) -> None:
        """Mark a database for dropping; done later, because its connections take a moment to end."""
        self._used.append(url.rpartition("/")[2].partition("?")[0])


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """Return the shared server, started if nobody has."""
    key = _digest_template()
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = CACHE / f"{key}.users"
    data_dir = _choose_data_dir(key)
    with ExitStack() as stack:
        stack.enter_context(_say_farewell(lock, data_dir))
        fcntl.flock(stack.enter_context(open_lock(lock)), fcntl.LOCK_SH)
        server = EmbeddedServer(data_dir, overrides=FAST)
        with hold_lock(CACHE / f"{key}.start"):
            if not server.is_answering():
                _start_fresh(server, data_dir, CACHE / key)
        conninfo = write_conninfo(server.url)
        yield DatabaseServer(server, stack.enter_context(psycopg.connect(conninfo, autocommit=True)))


@pytest.fixture
def database_url(database_server: DatabaseServer) -> Iterator[str]:
    """Return the address of this test's own migrated database."""
    url = database_server.create(TEMPLATE)
    yield url
    database_server.retire(url)


@pytest.fixture
def empty_database_url(database_server: DatabaseServer) -> Iterator[str]:
    """Return the address of this test's own database with nothing in it."""
    url = database_server.create("template0")
    yield url
    database_server.retire(url)


@dataclass(frozen=True, slots=True)
class RovingEngine:
    """One engine for all tests, so that a statement is compiled once; it connects to where it is sent."""

    engine: Engine
    compiled: dict[object, object] = field(default_factory=dict)

    @classmethod
    def make(cls, server: EmbeddedServer) -> Self:
        """Return an engine that is nowhere yet: a thread that outlives its test must find no database."""
        return cls(create_engine(server.name_database("nowhere"), application="test"))

    @contextmanager
    def visit(self, url: URL) -> Iterator[Engine]:
        """Connect to another database meanwhile; who listens to what is yielded listens for this visit."""

        def redirect(dialect: object, record: object, words: object, parameters: dict[str, object]) -> None:
            parameters["dbname"] = url.database

        event.listen(self.engine, "do_connect", redirect)
        visiting = self.engine.execution_options(compiled_cache=self.compiled)
        visiting.url = url
        try:
            yield visiting
        finally:
            self._await_return()
            self.engine.dispose()
            event.remove(self.engine, "do_connect", redirect)

    def _await_return(self) -> None:
        """Wait for threads that outlive their test: connections in use would not be closed but be lost."""
        pool = self.engine.pool
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < deadline:
            time.sleep(0.01)


@pytest.fixture(scope="session")
def roving_engine(database_server: DatabaseServer) -> RovingEngine:
    """Return the engine that all tests share."""
    return RovingEngine.make(database_server.embedded)


@pytest.fixture
def engine(roving_engine: RovingEngine, database_url: str) -> Iterator[Engine]:
    """Return connections to this test's own migrated database."""
    with roving_engine.visit(make_url(database_url)) as visiting:
        yield visiting


@pytest.fixture
def quick_path() -> Iterator[Path]:
    """Return an empty folder, in memory where there is room, for tests that make servers of their own."""
    with make_quick_folder() as folder:
        yield folder


@contextmanager
def make_quick_folder() -> Iterator[Path]:
    """Make a folder in memory, where there is room, and remove it with everything in it."""
    with tempfile.TemporaryDirectory(
        prefix="atr-test-", dir=MEMORY if _has_room(MEMORY) else None, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > NEEDED_BYTES


@contextmanager
def _say_farewell(lock: Path, data_dir: Path) -> Iterator[None]:
    waiting = subprocess.Popen(
        ["sh", "-c", FAREWELL, lock, data_dir], stdin=subprocess.PIPE, cwd="/", start_new_session=True
    )
    try:
        yield
    finally:
        waiting.communicate()


def _digest_template() -> str:
    """Return a name that changes with everything the template is made of."""
    folder = ROOT / "src" / "atr" / "db" / "migrations"
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    digest = hashlib.sha256(f"{os.geteuid()} {FAST}".encode())
    for path in [*files, folder.parent / "cluster.py"]:
        digest.update(f"{path.name} {path.stat().st_size} ".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _choose_data_dir(key: str) -> Path:
    """Return the same folder in every process of a run: in memory, unless there is too little of it."""
    name = hashlib.sha256(f"{CACHE} {key}".encode()).hexdigest()[:16]
    in_memory = MEMORY / f"atr-test-{name}"
    if in_memory.exists():
        return in_memory
    return in_memory if _has_room(MEMORY) else CACHE / f"run-{name}"


def _start_fresh(server: EmbeddedServer, data_dir: Path, cached: Path) -> None:
    shutil.rmtree(data_dir, ignore_errors=True)
    if cached.exists():
        _copy(cached, data_dir)
    else:
        _make_template(server)
        _remove_earlier()
        _copy(data_dir, cached.with_suffix(".new"))
        cached.with_suffix(".new").rename(cached)
    server.start()


def _make_template(server: EmbeddedServer) -> None:
    server.start()
    with psycopg.connect(write_conninfo(server.url), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    engine = create_engine(server.name_database(TEMPLATE), application="test")
    migrate(engine)
    engine.dispose()
    server.stop()


def _remove_earlier() -> None:
    for earlier in CACHE.iterdir():
        if earlier.is_dir() and not earlier.name.startswith("run-"):
            shutil.rmtree(earlier, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)
