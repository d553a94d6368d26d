# SPDX-License-Identifier: Apache-2.0
"""A confined run from its start to its end."""

from pathlib import Path

import pytest

from atr.isolation import READ_AND_RUN, Confinement, FolderRights, Profile, ResourceLimits
from atr.isolation.program import (
    SYSTEM_FOLDERS,
    ProgramEnd,
    ProgramFailed,
    SaidTooMuch,
    Surroundings,
    run_confined,
)

CONFINEMENT = Confinement(
    ResourceLimits(file_bytes=1000, processes=None),
    tuple(FolderRights(path, READ_AND_RUN) for path in SYSTEM_FOLDERS),
    Profile.PROGRAM,
)


def run(script: str, folder: Path, seconds: float = 20.0, most_bytes: int = 100) -> ProgramEnd:
    """Run a shell script confined to the system's folders."""
    around = Surroundings(folder, {"GREETING": "hello"}, seconds, most_bytes)
    return run_confined(["/bin/sh", "-c", script], CONFINEMENT, around)


def test_what_it_says_and_complains_of_is_told_with_its_status(tmp_path: Path) -> None:
    end = run("echo $GREETING; echo no >&2; echo never >&2; exit 3", tmp_path)
    assert end == ProgramEnd(3, b"hello\n", ("no", "never"))


def test_it_gets_no_other_environment_than_it_is_given(tmp_path: Path) -> None:
    assert run('echo "$HOME$USER"', tmp_path).said == b"\n"


def test_one_that_says_too_much_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(SaidTooMuch, match="said 101 bytes, and 100 are permitted"):
        run("printf %0101d 1", tmp_path)


def test_one_that_does_not_end_is_ended_with_everything_it_started(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=r"did not finish within 0\.5 seconds"):
        run("sleep 60 & sleep 60", tmp_path, seconds=0.5)
