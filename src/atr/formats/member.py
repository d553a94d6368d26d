# SPDX-License-Identifier: Apache-2.0
"""What is found inside an archive, and what can be wrong with the archive itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class MemberKind(StrEnum):
    """What a member is on a file system."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    DEVICE = "device"
    FIFO = "fifo"
    OTHER = "other"


class Member(NamedTuple):
    """One member as its header describes it; `path` and `link` stand as written, `./` included.

    `containers` names the archives around it, outermost first, when it was found in a nested one.
    Bytes of a name that are no UTF-8 are kept as surrogates. It is a named tuple: one pass may make half a
    million of them, and a frozen dataclass takes three times as long.
    """

    path: str
    kind: MemberKind
    mode: int
    size: int
    link: str | None = None
    containers: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Return the path with the archives around it."""
        return "!".join((*self.containers, self.path))


class Entry(NamedTuple):
    """A member with its content, which can be read once and only before the next entry is asked for."""

    member: Member
    chunks: Iterator[bytes]


class DefectKind(StrEnum):
    """What can be wrong with an archive as a container."""

    WRONG_FORMAT = "wrong format"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TRAILING_DATA = "trailing data"
    LEADING_DATA = "leading data"
    OVERLAPPING = "overlapping"
    INCONSISTENT = "inconsistent"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    OVER_BUDGET = "over budget"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong with an archive, as a sentence, and at which member."""

    kind: DefectKind
    message: str
    member: str | None = None


ReportDefect = Callable[[Defect], object]


class Unreadable(Exception):
    """Raised when an archive cannot be read any further."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect.message)
        self.defect = defect
