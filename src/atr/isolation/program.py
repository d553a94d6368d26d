# SPDX-License-Identifier: Apache-2.0
"""One confined run of another program, from its start to the end of everything it started."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from atr.isolation.confinement import Confinement
from atr.isolation.launcher import confine_command

SYSTEM_FOLDERS = tuple(
    map(Path, ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/opt", "/nix/store"))
)  # where programs and their libraries are
_LONGEST_COMPLAINT = 64 * 1024


class ProgramFailed(Exception):
    """Raised when a program takes too long or says too much; goes on from the program's name."""


class SaidTooMuch(ProgramFailed):
    """Raised when a program said more than it may."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a program runs, with which environment, for how many seconds, and how many bytes it may say."""

    folder: Path
    environment: Mapping[str, str]
    seconds: float
    most_bytes: int


@dataclass(frozen=True, slots=True)
class ProgramEnd:
    """How a program ended, what it said, and the lines of its complaints."""

    status: int
    said: bytes
    complaints: tuple[str, ...]


def run_confined(command: Sequence[str], confinement: Confinement, around: Surroundings) -> ProgramEnd:
    """Run a program, named by its whole path, to its end; raise ProgramFailed."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        status = _wait(confine_command(command, confinement), around, said, complaints)
        size = said.seek(0, os.SEEK_END)
        if size > around.most_bytes:
            raise SaidTooMuch(f"said {size} bytes, and {around.most_bytes} are permitted")
        said.seek(0)
        complaints.seek(0)
        lines = complaints.read(_LONGEST_COMPLAINT).decode("utf-8", "replace").strip().splitlines()
        return ProgramEnd(status, said.read(), tuple(lines))


def _wait(command: Sequence[str], around: Surroundings, said: BinaryIO, complaints: BinaryIO) -> int:
    with subprocess.Popen(  # noqa: S603  # no shell, and every argument is ours or was examined
        command,
        cwd=around.folder,
        env=dict(around.environment),
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=complaints,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(around.seconds)
        except subprocess.TimeoutExpired:
            raise ProgramFailed(f"did not finish within {around.seconds:g} seconds") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)  # and everything it started
                process.wait()
