# SPDX-License-Identifier: Apache-2.0
"""The embedded server with real processes: started, found again, cut short, stopped."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from atr.db.claim import claim_data
from atr.db.embedded import EmbeddedServer
from atr.db.engine import write_conninfo
from atr.domain.errors import Refused
from tests.support.database import make_quick_folder

START = """
import pathlib, sys, time
from atr.db.claim import claim_data
from atr.db.embedded import EmbeddedServer
with claim_data(pathlib.Path(sys.argv[1])):
    EmbeddedServer(pathlib.Path(sys.argv[1])).start()
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """Return a data directory whose database was made once and is stopped."""
    with make_quick_folder() as folder:
        server = EmbeddedServer(folder / "data")
        server.start()
        server.stop()
        yield folder / "data"


@pytest.fixture
def data_dir(quick_path: Path, prepared: Path) -> Iterator[Path]:
    """Return a data directory of this test's own; whatever runs there at the end is stopped."""
    copied = quick_path / "data"
    subprocess.run(["cp", "-a", prepared, copied], check=True)
    yield copied
    EmbeddedServer(copied).stop()


@pytest.fixture
def server(data_dir: Path) -> EmbeddedServer:
    """Return the stopped server of the data directory."""
    return EmbeddedServer(data_dir)


def _ask(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(write_conninfo(server.url), autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def _read_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def _wait_until_gone(pid: int) -> None:
    for _ in range(500):
        try:
            alive = bool((Path("/proc") / str(pid) / "cmdline").read_bytes())
        except OSError:
            return
        if not alive:
            return
        time.sleep(0.01)
    pytest.fail(f"process {pid} is still there")


def test_the_first_start_makes_everything_and_a_stop_leaves_no_process(quick_path: Path) -> None:
    server = EmbeddedServer(quick_path / "new" / "data")

    server.start()
    pid = _read_pid(quick_path / "new" / "data")
    encoding = _ask(server, "SHOW server_encoding")
    listening = _ask(server, "SHOW listen_addresses")
    server.stop()

    assert (encoding, listening) == ("UTF8", "")
    _wait_until_gone(pid)
    assert not server.is_answering()


def test_starting_and_stopping_twice_changes_nothing(server: EmbeddedServer, data_dir: Path) -> None:
    server.start()
    pid = _read_pid(data_dir)

    server.start()
    assert _read_pid(data_dir) == pid
    assert server.ensure_running() is False

    server.stop()
    server.stop()
    assert not server.is_answering()


def test_a_stop_without_any_database_does_nothing(quick_path: Path) -> None:
    EmbeddedServer(quick_path / "nothing").stop()

    assert not list(quick_path.iterdir())


def test_a_killed_parent_leaves_a_server_that_the_next_one_finds(
    server: EmbeddedServer, data_dir: Path
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", START, data_dir], stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    pid = _read_pid(data_dir)

    os.killpg(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    with claim_data(data_dir):
        assert server.is_answering()
        server.start()
        assert _read_pid(data_dir) == pid


def test_two_servers_of_one_data_directory_refuse_clearly(data_dir: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, data_dir], stdout=subprocess.PIPE, start_new_session=True
    ) as first:
        assert first.stdout is not None
        first.stdout.readline()
        with pytest.raises(Refused, match=f"already served by process {first.pid}"), claim_data(data_dir):
            pytest.fail("it was claimed twice")
        first.kill()


def test_an_initialisation_cut_short_is_done_again(quick_path: Path) -> None:
    half = quick_path / "postgres.new-0badc0de"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedServer(quick_path)

    server.start()
    try:
        assert _ask(server, "SELECT 1") == 1
        assert not half.exists()
    finally:
        server.stop()


def test_an_initialisation_killed_at_any_moment_can_be_repeated(quick_path: Path) -> None:
    for pause in (0.05, 0.2, 0.35):
        starting = subprocess.Popen(
            [sys.executable, "-c", START, quick_path], stdout=subprocess.DEVNULL, start_new_session=True
        )
        while not list(quick_path.glob("postgres.new-*")) and starting.poll() is None:
            time.sleep(0.005)
        time.sleep(pause)
        os.killpg(starting.pid, signal.SIGKILL)
        starting.wait()
        if (quick_path / "postgres").exists():
            break
    server = EmbeddedServer(quick_path)

    server.start()
    try:
        assert _ask(server, "SELECT 1") == 1
    finally:
        server.stop()


def test_files_that_are_no_database_are_left_alone(quick_path: Path) -> None:
    (quick_path / "postgres").mkdir()
    (quick_path / "postgres" / "letter.txt").write_text("mine")

    with pytest.raises(Refused, match="not a database"):
        EmbeddedServer(quick_path).start()

    assert (quick_path / "postgres" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize("content", ["", "garbage", "{me}\n{home}\n1\n5432\n", "999999\n"])
def test_a_stale_process_file_is_no_obstacle(content: str, server: EmbeddedServer, data_dir: Path) -> None:
    """Not even one whose number now belongs to another process, here this one."""
    path = data_dir / "postgres" / "postmaster.pid"
    path.write_text(content.format(me=os.getpid(), home=path.parent))
    path.chmod(0o600)

    server.start()

    assert _ask(server, "SELECT 1") == 1


def test_a_killed_server_comes_back_with_what_was_committed(server: EmbeddedServer, data_dir: Path) -> None:
    server.start()
    with psycopg.connect(write_conninfo(server.url), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(_read_pid(data_dir), signal.SIGKILL)

    assert server.ensure_running() is True

    assert _ask(server, "SELECT answer FROM kept") == 42


def test_a_stopping_server_is_waited_for(server: EmbeddedServer, data_dir: Path) -> None:
    server.start()
    os.kill(_read_pid(data_dir), signal.SIGINT)

    server.start()

    assert _ask(server, "SELECT 1") == 1


def test_a_short_command_stops_what_it_started(server: EmbeddedServer) -> None:
    with server.running():
        assert server.is_answering()

    assert not server.is_answering()


def test_a_short_command_leaves_a_served_database_running(server: EmbeddedServer, data_dir: Path) -> None:
    with claim_data(data_dir):
        server.start()
        with server.running():
            pass
        assert server.is_answering()


def test_the_last_of_several_short_commands_stops_the_server(server: EmbeddedServer, data_dir: Path) -> None:
    with EmbeddedServer(data_dir).running():
        with server.running():
            pass
        assert server.is_answering()

    assert not server.is_answering()


def test_a_long_path_gets_its_socket_elsewhere(quick_path: Path, prepared: Path) -> None:
    data_dir = quick_path / ("long" * 30)
    subprocess.run(["cp", "-a", prepared, data_dir], check=True)
    server = EmbeddedServer(data_dir)

    server.start()
    folder = Path(str(server.url.query["host"]))
    try:
        assert _ask(server, "SELECT 1") == 1
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        server.stop()

    assert not folder.exists()


def test_somebody_elses_socket_folder_is_refused(quick_path: Path, prepared: Path) -> None:
    data_dir = quick_path / ("long" * 30)
    subprocess.run(["cp", "-a", prepared, data_dir], check=True)
    server = EmbeddedServer(data_dir)
    folder = Path(str(server.url.query["host"]))
    folder.symlink_to(quick_path)
    try:
        with pytest.raises(Refused, match="belongs to somebody else"):
            server.start()
    finally:
        folder.unlink()


def test_what_the_operator_adds_is_kept_and_used(server: EmbeddedServer, data_dir: Path) -> None:
    added = data_dir / "postgres" / "local.conf"
    added.write_text("work_mem = '7MB'\n")
    shutil.copystat(data_dir / "postgres" / "postgresql.conf", added)
    added.chmod(0o644)

    server.start()

    assert _ask(server, "SHOW work_mem") == "7MB"


def test_a_server_that_cannot_start_says_why(server: EmbeddedServer, data_dir: Path) -> None:
    added = data_dir / "postgres" / "local.conf"
    added.write_text("no_such_setting = 1\n")
    added.chmod(0o644)

    with pytest.raises(Refused, match="no_such_setting"):
        server.start()


def test_a_folder_without_programs_is_refused(quick_path: Path) -> None:
    with pytest.raises(Refused, match="There is no PostgreSQL in"):
        EmbeddedServer(quick_path / "data", programs=quick_path).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_root_runs_the_server_as_an_account_without_rights(server: EmbeddedServer, data_dir: Path) -> None:
    data_dir.chmod(0o700)
    server.start()

    owner = (Path("/proc") / str(_read_pid(data_dir))).stat().st_uid

    assert owner == (data_dir / "postgres").stat().st_uid != 0
    assert data_dir.stat().st_mode & 0o007 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_without_further_ado() -> None:
    nobody = pwd.getpwnam("nobody")
    home = Path("/tmp") / f"atr-test-nobody-{os.getpid()}"
    home.mkdir(mode=0o755)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        child = os.fork()
        if child == 0:
            os._exit(_run_as(nobody, home / "data"))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert (home / "data" / "postgres").stat().st_uid == nobody.pw_uid
    finally:
        shutil.rmtree(home)


def _run_as(user: pwd.struct_passwd, data_dir: Path) -> int:
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    server = EmbeddedServer(data_dir)
    with server.running():
        answered = server.is_answering()
    return 0 if answered and not server.is_answering() else 1
