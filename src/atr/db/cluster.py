# SPDX-License-Identifier: Apache-2.0
"""The embedded database's files: made once, as a whole, and configured anew at every start."""

import hashlib
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from atr.db.account import Account
from atr.db.passage import grant_passage
from atr.db.programs import ProgramFailed, Programs
from atr.domain.errors import Refused

ROLE = "atr"
DATABASE = "postgres"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_BYTES = 107  # sun_path in unix(7), less the closing zero
LARGEST_LOG_BYTES = 10 * 1024**2
LOG_NAME = "server.log"
# Small and quiet: some megabytes for a database that one machine's pages and jobs share.
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "60",
    "superuser_reserved_connections": "3",
    "shared_buffers": "32MB",
    "effective_cache_size": "512MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "huge_pages": "off",
    "jit": "off",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    # Nobody replicates from it; backups are dumps.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
_SETTINGS_SINCE_18: Mapping[str, str] = {"io_method": "sync"}  # instead of three more processes


@dataclass(frozen=True, slots=True)
class Cluster:
    """One folder of database files, with the programs and the account for it."""

    home: Path
    programs: Programs
    account: Account
    overrides: Mapping[str, str]

    @property
    def log(self) -> Path:
        """Return the file the server complains into."""
        return self.home / LOG_NAME

    @property
    def socket_dir(self) -> Path:
        """Return the folder of the server's socket: the data's own, unless its path is too long for one."""
        return choose_socket_dir(self.home)

    def prepare(self) -> None:
        """Make the files if they are not there; a half-made set is never taken for a whole one."""
        grant_passage(self.home, self.account)
        grant_passage(self.programs.folder / "postgres", self.account)
        if not (self.home / "PG_VERSION").exists():
            self._initialise()
        self._configure()
        self._prepare_socket_dir()
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _initialise(self) -> None:
        if self.home.exists() and any(self.home.iterdir()):
            raise Refused(f"{self.home} has files in it that are not a database: move them away.")
        for leftover in self.home.parent.glob(f"{self.home.name}.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)  # an initdb cut short may still be writing into it
        draft = self.home.with_name(f"{self.home.name}.new-{secrets.token_hex(4)}")
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        try:
            self.programs.run(
                "initdb",
                *(
                    "--pgdata",
                    draft,
                    "--username",
                    ROLE,
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-instructions",
                ),
                *(locale if self.programs.find_major() >= 17 else ()),
                account=self.account,
            )
        except ProgramFailed as error:
            shutil.rmtree(draft)
            raise Refused(f"The database could not be made in {self.home}: {error}") from error
        draft.rename(self.home)

    def _configure(self) -> None:
        """Write what ATR decides; what the operator adds goes into `local.conf` beside it."""
        settings = dict(_SETTINGS)
        if int((self.home / "PG_VERSION").read_text(encoding="ascii").split(".")[0]) >= 18:
            settings |= _SETTINGS_SINCE_18
        settings |= {"unix_socket_directories": f'"{self.socket_dir}"', **self.overrides}
        lines = [f"{name} = {_quote(value)}" for name, value in settings.items()]
        own = ["include 'local.conf'"] if (self.home / "local.conf").exists() else []
        self._write("postgresql.conf", *lines, *own)
        # Only these accounts of this machine get in, whoever else may reach the socket.
        names = sorted({"root", self.account.name})
        self._write("pg_ident.conf", *(f'atr "{name}" {ROLE}' for name in names))
        self._write("pg_hba.conf", "local all all peer map=atr")

    def _write(self, name: str, *lines: str) -> None:
        path = self.home / name
        text = "".join(f"{line}\n" for line in lines)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        draft = path.with_name(f".{name}.new")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o600)
        self.account.own(draft)
        draft.replace(path)

    def _prepare_socket_dir(self) -> None:
        """Make the folder of the socket; refuse one that somebody else put there."""
        folder = self.socket_dir
        if folder == self.home:
            return
        try:
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {self.account.uid, os.geteuid()}:
                raise Refused(
                    f"{folder} belongs to somebody else: choose a shorter data directory."
                ) from None
            self.account.own(folder)

    def remove_socket_dir(self) -> None:
        """Remove what `prepare` made outside the data directory."""
        if self.socket_dir != self.home:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def is_running(self) -> bool:
        """Tell whether the process that `postmaster.pid` names is a server of these files.

        A number alone proves nothing: after a crash or in a new container another process may have it.
        """
        number = self.read_pid()
        return number is not None and _is_server_of(number, self.home)

    def read_pid(self) -> int | None:
        """Return the number of the server's process as it wrote it down, alive or not."""
        try:
            first = (self.home / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0]
            return int(first)
        except (FileNotFoundError, ValueError):
            return None

    def forget_server(self) -> None:
        """Remove what a dead server left to say that it runs: `postmaster.pid`, its socket and its lock.

        Should processes of a dead server still hold the files, PostgreSQL notices by their shared memory
        and refuses to start.
        """
        socket = self.socket_dir / SOCKET_NAME
        for path in (self.home / "postmaster.pid", socket, socket.with_name(f"{SOCKET_NAME}.lock")):
            path.unlink(missing_ok=True)

    def read_log_end(self) -> str:
        """Return the last lines of the server's log."""
        if not self.log.exists():
            return "it wrote no log"
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4096))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-8:])


def choose_socket_dir(home: Path) -> Path:
    """Return where the socket of the files in `home` is; the same in every process, whatever its TMPDIR."""
    if len(os.fsencode(home / SOCKET_NAME)) <= LONGEST_SOCKET_BYTES:
        return home
    return Path("/tmp") / f"atr-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108


def read_identity(home: Path) -> int | None:
    """Return the number that initdb gave these files, which no other database has."""
    try:
        with (home / "global" / "pg_control").open("rb") as file:
            return int.from_bytes(file.read(8), sys.byteorder)
    except FileNotFoundError:
        return None


def _is_server_of(number: int, home: Path) -> bool:
    process = Path("/proc") / str(number)
    if not Path("/proc/self").exists():
        return _is_alive(number)
    try:
        # A server works in its folder; the dead who wait to be collected work nowhere.
        return (process / "cwd").samefile(home) and b"postgres" in (process / "cmdline").read_bytes()
    except OSError:
        return False


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
