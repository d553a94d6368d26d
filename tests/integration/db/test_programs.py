# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's programs: which are taken, and what is made of their complaints."""

from pathlib import Path

import pytest

from atr.db.backup import dump
from atr.db.programs import ProgramFailed, Programs, find_programs
from atr.domain.errors import OutOfSpace, Refused


def _write_program(folder: Path, name: str, script: str) -> Programs:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Programs(folder)


def test_the_installed_programs_are_found_and_know_their_version() -> None:
    programs = find_programs()

    assert (programs.folder / "initdb").exists()
    assert programs.find_major() >= 15


def test_configured_programs_are_taken_before_all_others(tmp_path: Path) -> None:
    _write_program(tmp_path, "pg_ctl", "")

    assert find_programs(tmp_path) == Programs(tmp_path)


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    programs = _write_program(tmp_path, "initdb", "echo 'No space left on device' >&2; exit 1")

    with pytest.raises(OutOfSpace, match="initdb stopped because the disk is full"):
        programs.run("initdb")


def test_a_failure_repeats_what_the_program_said(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match="initdb: no such luck"):
        _write_program(tmp_path, "initdb", "echo no such luck; exit 1").run("initdb")


def test_a_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"initdb cannot be run: No such file"):
        Programs(tmp_path).run("initdb")


def test_programs_see_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATR_MASTER_SECRET", "canary")

    assert "canary" not in _write_program(tmp_path, "initdb", "env").run("initdb")


def test_a_password_is_no_argument_that_others_could_see(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    programs = _write_program(folder, "pg_dump", f'echo "$PGPASSWORD|$*" > {tmp_path}/seen')

    dump("postgresql://atr:p%40ss@example.org/atr", tmp_path / "atr.dump", programs)

    password, _, arguments = (tmp_path / "seen").read_text().partition("|")
    assert password == "p@ss"
    assert "postgresql://atr@example.org/atr" in arguments
    assert "ss@" not in arguments
