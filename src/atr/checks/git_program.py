# SPDX-License-Identifier: Apache-2.0
"""The git program, confined: nobody's settings, no questions, no protocol but the one that is meant."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from atr.checks.contract import clean_text
from atr.checks.source_listing import SourceUnavailable
from atr.isolation import READ, READ_AND_RUN, WRITE, Confinement, FolderRights, Profile, ResourceLimits
from atr.isolation.program import (
    SYSTEM_FOLDERS,
    ProgramEnd,
    ProgramFailed,
    SaidTooMuch,
    Surroundings,
    run_confined,
)

_MEBIBYTE = 1024 * 1024
MOST_BYTES = 256 * _MEBIBYTE  # of what git says; a line for each of two million files
_LIMITS = ResourceLimits(
    memory=2048 * _MEBIBYTE,
    cpu_seconds=300,
    file_bytes=2048 * _MEBIBYTE,
    open_files=512,
    processes=None,
)
_READABLE = ("/etc", "/run/systemd/resolve", "/dev/urandom", "/var/lib/ca-certificates")
_PASSED_ON = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "credential.helper=",
    "fetch.unpackLimit=1",  # one pack, whose names git has computed itself
    "fetch.fsckObjects=false",  # trees of old repositories are odd, and only listed here
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "maintenance.auto=false",
    "protocol.version=2",
    "safe.directory=*",
    "submodule.recurse=false",
)


@dataclass(frozen=True, slots=True)
class GitProgram:
    """How git is run: what it may reach, which protocol it may speak, and for how many seconds."""

    protocol: str = "none"
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    seconds: float = 300.0
    ca_file: Path | None = None

    def run(self, folder: Path, *arguments: str) -> bytes:
        """Return what git says when run in a folder; raise SourceUnavailable with why it failed."""
        program = shutil.which("git", path=os.defpath) or shutil.which("git")
        if program is None:
            raise SourceUnavailable("The git program is not installed here.")
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = [str(Path(program).resolve()), *settings, *arguments]
        around = Surroundings(folder, self._describe_environment(folder), self.seconds, MOST_BYTES)
        try:
            end = run_confined(command, self._confine(), around)
        except SaidTooMuch as error:
            raise SourceUnavailable(f"The commit has too many files: git {error}.") from error
        except ProgramFailed as error:
            raise SourceUnavailable(f"git {error}.") from error
        if end.status != 0:
            raise SourceUnavailable(_read_complaint(end))
        return end.said

    def _describe_environment(self, folder: Path) -> dict[str, str]:
        """Return the environment: nothing of ours but the way to a proxy, and that only for the network."""
        told = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        given = {"GIT_SSL_CAINFO": str(self.ca_file)} if self.ca_file else {}
        return {
            **(told if self.protocol == "https" else {}),
            **given,
            "PATH": os.defpath,
            "HOME": str(folder),
            "LC_ALL": "C",
            "GIT_ALLOW_PROTOCOL": self.protocol,
            "GIT_ASKPASS": "/bin/false",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def _confine(self) -> Confinement:
        folders = (
            *(FolderRights(path, READ_AND_RUN) for path in SYSTEM_FOLDERS),
            *(FolderRights(path, READ) for path in (*map(Path, _READABLE), *self.readable)),
            *(FolderRights(path, WRITE) for path in (Path(os.devnull), *self.writable)),
            *([FolderRights(self.ca_file, READ)] if self.ca_file else []),
        )
        profile = Profile.NETWORK if self.protocol == "https" else Profile.PROGRAM
        return Confinement(_LIMITS, folders, profile)


@contextmanager
def make_scratch() -> Iterator[Path]:
    """Yield a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="atr-git-", ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


def _read_complaint(end: ProgramEnd) -> str:
    told = [line.removeprefix("fatal: ").removeprefix("error: ").strip() for line in end.complaints]
    reasons = [line for line in told if line and not line.startswith(("warning:", "hint:"))]
    return clean_text(reasons[-1][:500]) if reasons else f"git ended with status {end.status} and no word."
