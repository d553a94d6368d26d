# SPDX-License-Identifier: Apache-2.0
"""Unpacking the plain files of an archive for Apache RAT, in a process of its own that is confined.

It is started as `python -I -m atr.checks.rat_unpacking ARCHIVE NAME FOLDER`. Links, devices and whatever
would leave the folder are not unpacked, and the budget is that of every pass.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from atr.formats.archive import read_archive
from atr.formats.budget import Budget, Limits
from atr.formats.member import MemberKind, Unreadable
from atr.formats.tree import simplify_path

LIMITS = Limits(total_bytes=2 * 1024**3, member_bytes=1024**3, members=200_000, seconds=300.0)


def unpack_files(archive: Path, name: str, folder: Path, limits: Limits = LIMITS) -> int:
    """Write the archive's files below the folder and return their number; raise Unreadable."""
    count = 0
    with archive.open("rb") as file:
        for entry in read_archive(file, name, Budget(limits, time.monotonic), lambda _defect: None):
            path = simplify_path(entry.member.path)
            if entry.member.kind is MemberKind.FILE and is_harmless(path):
                count += _write(folder / path, entry.chunks)
    return count


def is_harmless(path: str) -> bool:
    """Tell whether a path stays below the folder that it is joined to."""
    return not path.startswith("/") and "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def _write(path: Path, chunks: Iterator[bytes]) -> bool:
    """Write a file; tell whether that could be done, for a name may be too long or be a folder already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(chunks)
    except OSError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Unpack and return the status: 0, or 1 with the reason on standard error."""
    archive, name, folder = arguments
    try:
        unpack_files(Path(archive), name, Path(folder))
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
