# SPDX-License-Identifier: Apache-2.0
"""Apache RAT as a program: confined to a folder of unpacked files, and only its report is read."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from atr.checks.contract import clean_text
from atr.checks.headers import EXCLUSION_LISTS
from atr.checks.rat_audit import RatFailed, RatReport
from atr.formats.rat_report import LARGEST_REPORT, RatFile, read_rat_report
from atr.isolation import READ, READ_AND_RUN, WRITE, Confinement, FolderRights, Profile, ResourceLimits
from atr.isolation.program import SYSTEM_FOLDERS, ProgramEnd, ProgramFailed, Surroundings, run_confined

_MEBIBYTE = 1024 * 1024
_LIMITS = ResourceLimits(
    memory=3072 * _MEBIBYTE,
    cpu_seconds=900,
    file_bytes=1024 * _MEBIBYTE,
    open_files=4096,
    processes=None,
)
_READABLE = ("/etc", "/proc", "/sys", "/dev/urandom", "/dev/random")
_LARGEST_LIST = _MEBIBYTE


class RatProgram:
    """Runs the jar with Java for at most so many seconds an archive."""

    def __init__(self, jar: Path, java: str = "java", seconds: float = 900.0) -> None:
        """Use the jar; `java` is the program or where it is."""
        self._jar = jar
        self._java = java
        self._seconds = seconds

    @cached_property
    def identity(self) -> str:
        """Return the digest of the jar, or nothing when it cannot be read, which `audit` complains of."""
        try:
            with self._jar.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""

    def audit(self, archive: Path, name: str) -> RatReport:
        """Return what Apache RAT says of an archive, whose own name is `name`; raise RatFailed."""
        if not self.identity:
            raise RatFailed(f"{self._jar} cannot be read.")
        with tempfile.TemporaryDirectory(prefix="atr-rat-", ignore_cleanup_errors=True) as scratch:
            room = _Room(Path(scratch).resolve(), self._seconds)
            room.unpack(archive, name)
            said = room.run(self._write_command(room), (self._jar.resolve(),), (self._find_java_home(),))
            return RatReport(_read_files(said, room.files), dict(_find_lists(room.files)))

    def _write_command(self, room: "_Room") -> list[str]:
        home = f"-Duser.home={room.scratch}"
        options = ["-Xmx1g", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.awt.headless=true"]
        places = [f"-Djava.io.tmpdir={room.scratch}", home, "-Dfile.encoding=UTF-8"]
        java = str(self._find_java())
        return [java, *options, *places, "-jar", str(self._jar.resolve()), "--xml", str(room.files)]

    def _find_java(self) -> Path:
        found = shutil.which(self._java)
        if found is None:
            raise RatFailed(f"There is no program {self._java} on this machine.")
        return Path(found).resolve()

    def _find_java_home(self) -> Path:
        """Return the folder of the Java installation; a program elsewhere is let run alone."""
        java = self._find_java()
        return java.parent.parent if java.parent.name == "bin" else java


@dataclass(frozen=True, slots=True)
class _Room:
    """A private folder in which an archive is unpacked and the program runs."""

    scratch: Path
    seconds: float

    @property
    def files(self) -> Path:
        """Return the folder of the unpacked files."""
        return self.scratch / "files"

    def unpack(self, archive: Path, name: str) -> None:
        """Unpack the archive; raise RatFailed."""
        self.files.mkdir()
        program = [sys.executable, "-I", "-m", "atr.checks.rat_unpacking"]
        readable = (archive.resolve(), *(Path(each).resolve() for each in sys.path if each))
        runnable = (Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve())
        self.run([*program, str(archive.resolve()), name, str(self.files)], readable, runnable)

    def run(self, command: Sequence[str], readable: Sequence[Path], runnable: Sequence[Path]) -> bytes:
        """Return what a program prints; raise RatFailed when it fails without printing anything."""
        folders = (
            *(FolderRights(path, READ_AND_RUN) for path in (*SYSTEM_FOLDERS, *runnable)),
            *(FolderRights(path, READ) for path in (*map(Path, _READABLE), *readable)),
            *(FolderRights(path, WRITE) for path in (Path(os.devnull), self.scratch)),
        )
        environment = {"PATH": os.defpath, "HOME": str(self.scratch), "LC_ALL": "C.UTF-8"}
        around = Surroundings(self.scratch, environment, self.seconds, LARGEST_REPORT)
        try:
            end = run_confined(command, Confinement(_LIMITS, folders, Profile.PROGRAM), around)
        except ProgramFailed as error:
            raise RatFailed(f"It {error}.") from error
        if end.status != 0 and not end.said:
            raise RatFailed(_read_complaint(end))
        return end.said


def _read_files(said: bytes, folder: Path) -> tuple[RatFile, ...]:
    """Return the files by their paths in the archive; raise RatFailed when they cannot be all."""
    try:
        files = read_rat_report(said)
    except ValueError as error:
        raise RatFailed(f"Apache RAT failed: {error}.") from error
    if not files and any(path.is_file() for path in folder.rglob("*")):
        raise RatFailed("Apache RAT examined no file.")
    return tuple(replace(file, name=_strip_folder(file.name, folder)) for file in files)


def _strip_folder(name: str, folder: Path) -> str:
    """Return the path below the folder: some versions tell it whole, others from the folder on."""
    for prefix in (f"{folder}/", f"{folder.name}/", "./", "/"):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _find_lists(folder: Path) -> list[tuple[str, bytes]]:
    """Return the lists of exclusions at the root, by their paths there."""
    roots = [folder, *(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())]
    places = ((root, name) for root in roots[:2] for name in sorted(EXCLUSION_LISTS))
    found = [(name, root / name) for root, name in places if (root / name).is_file()]
    return [(name, path.read_bytes()) for name, path in found if path.stat().st_size <= _LARGEST_LIST]


def _read_complaint(end: ProgramEnd) -> str:
    if not end.complaints:
        return f"It ended with status {end.status} and no word."
    return clean_text(end.complaints[-1][:500])
