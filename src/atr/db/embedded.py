# SPDX-License-Identifier: Apache-2.0
"""The embedded database server: started, found again, watched and stopped."""

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg.pq import PGconn, Ping
from sqlalchemy import URL

from atr.db.account import choose_account
from atr.db.claim import CLAIM_NAME, hold_lock, open_lock, try_lock
from atr.db.cluster import DATABASE, PORT, ROLE, Cluster, choose_socket_dir, read_identity
from atr.db.programs import ProgramFailed, find_programs
from atr.domain.errors import Refused, Unavailable

HOME_NAME = "postgres"
START_LOCK_NAME = "postgres.lock"
USERS_LOCK_NAME = "postgres.users"
DEFAULT_ACCOUNT = "atr-postgres"
_RECOVERY_SECONDS = 600.0  # a large database may replay its log for minutes after a crash
_SILENCE_SECONDS = 20.0
_PAUSE_SECONDS = 0.02
# What a server that is just going away leaves for a moment.
_TOO_MANY = "too many clients"
_PASSING = ("pre-existing shared memory block", "lock file", "is still in use")


class EmbeddedServer:
    """PostgreSQL under `data_dir`, belonging to whoever serves that directory.

    The server outlives the process that started it, even one killed by SIGKILL; the next `start` finds it.
    Every method may be called by several processes at once and repeated after being cut short anywhere.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        programs: Path | None = None,
        account: str = DEFAULT_ACCOUNT,
        overrides: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._data_dir = data_dir.resolve()
        self._configured_programs = programs
        self._preferred_account = account
        self._overrides = overrides

    @property
    def home(self) -> Path:
        """Return the folder of the database's files."""
        return self._data_dir / HOME_NAME

    @property
    def url(self) -> URL:
        """Return the address for SQLAlchemy; it does not depend on whether the server runs."""
        return self.name_database(DATABASE)

    def name_database(self, database: str) -> URL:
        """Return the address of another database of the same server."""
        host = str(choose_socket_dir(self.home))
        return URL.create(
            "postgresql+psycopg", username=ROLE, database=database, query={"host": host, "port": str(PORT)}
        )

    def start(self) -> None:
        """Make sure that the server runs and answers.

        Raise Refused when it cannot be set up here, OutOfSpace, or Unavailable when it does not come up.
        """
        if self.is_answering():
            return
        self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with hold_lock(self._data_dir / START_LOCK_NAME):
            self._bring_up(self._find_cluster())

    def ensure_running(self) -> bool:
        """Start the server again if it is gone; tell whether it was."""
        if self.is_answering():
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Stop the server, whoever started it; connections are cut, transactions undone."""
        if not self.home.exists():
            return
        with hold_lock(self._data_dir / START_LOCK_NAME):
            cluster = self._find_cluster()
            if not cluster.is_running():
                return
            try:
                self._control(cluster, "stop", "-m", "fast", "-t", "60")
            except ProgramFailed:
                if cluster.is_running():
                    self._control(cluster, "stop", "-m", "immediate")
            cluster.remove_socket_dir()

    @contextmanager
    def running(self) -> Iterator[URL]:
        """Hold a running server for one short command; the last to leave stops it, unless it is served."""
        self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_lock(self._data_dir / USERS_LOCK_NAME) as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start()
            try:
                yield self.url
            finally:
                if try_lock(users, fcntl.LOCK_EX):
                    self._stop_unless_served()

    def is_answering(self) -> bool:
        """Tell whether the server of these very files lets us in."""
        identity = read_identity(self.home)
        try:
            with psycopg.connect(self._conninfo, connect_timeout=5, autocommit=True) as connection:
                row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        except psycopg.OperationalError as error:
            return _TOO_MANY in str(error)
        return row is not None and row[0] == identity

    @property
    def _conninfo(self) -> str:
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _find_cluster(self) -> Cluster:
        programs = find_programs(self._configured_programs)
        account = choose_account(self.home, self._preferred_account)
        return Cluster(self.home, programs, account, self._overrides)

    def _bring_up(self, cluster: Cluster) -> None:
        cluster.prepare()
        begun = time.monotonic()
        while not self.is_answering():
            waited = time.monotonic() - begun
            answer = PGconn.ping(self._conninfo.encode())
            if answer == Ping.REJECT and waited < _RECOVERY_SECONDS:
                time.sleep(_PAUSE_SECONDS)  # it is coming up, or going down
            elif (answer == Ping.OK or cluster.is_running()) and waited < _SILENCE_SECONDS:
                time.sleep(_PAUSE_SECONDS)
            elif waited < _SILENCE_SECONDS:
                self._launch(cluster)
            else:
                raise Unavailable(f"The embedded database does not come up: {cluster.read_log_end()}")

    def _launch(self, cluster: Cluster) -> None:
        cluster.forget_server()
        try:
            self._control(cluster, "start", "-l", cluster.log, "-t", str(int(_RECOVERY_SECONDS)))
        except ProgramFailed as error:
            log_end = cluster.read_log_end()
            if any(phrase in log_end for phrase in _PASSING):
                time.sleep(_PAUSE_SECONDS)
                return
            raise Refused(f"The embedded database does not start: {log_end}") from error

    def _control(self, cluster: Cluster, *words: str | Path) -> None:
        cluster.programs.run("pg_ctl", *words, "-w", "-D", cluster.home, account=cluster.account)

    def _stop_unless_served(self) -> None:
        with open_lock(self._data_dir / CLAIM_NAME) as claim:
            if try_lock(claim, fcntl.LOCK_EX):
                self.stop()
