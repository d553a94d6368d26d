# SPDX-License-Identifier: Apache-2.0
"""Where the legal files of an archive are looked for: the customary place of its format."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from atr.checks.contract import Consumer
from atr.formats.member import Member, MemberKind

_LARGEST = 4 * 1024 * 1024
_MOST_CANDIDATES = 64
_NAME = re.compile(r"(?i)(?P<kind>LICENSE|NOTICE|DISCLAIMER)(-WIP)?(\.txt|\.md)?")
_GEM_CONTENT = ("data.tar.gz",)
_JARS = frozenset({".jar", ".war", ".ear", ".aar", ".kar", ".nar", ".nbm"})


class LegalKind(StrEnum):
    """Which legal file it is, by its name."""

    LICENCE = "license"
    NOTICE = "notice"
    DISCLAIMER = "disclaimer"


@dataclass(slots=True)
class LegalFile:
    """One candidate: where it is, and its content so far."""

    path: str
    folder: str
    kind: LegalKind
    is_file: bool
    content: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        """Return the content as text; a byte that is no UTF-8 cannot be part of a licence."""
        return self.content.decode("utf-8-sig", "replace")


class LegalFiles:
    """Gathers the legal files of one archive while it is read."""

    def __init__(self, suffix: str) -> None:
        """Look where archives with this suffix keep them."""
        self._suffix = suffix
        self._found: list[LegalFile] = []
        self._roots: set[str] = set()
        self._has_root_files = False

    @property
    def place(self) -> str:
        """Return the words for where they should have been."""
        if self._suffix in _JARS:
            return "in META-INF"
        return "in the .dist-info folder" if self._suffix == ".whl" else "at the root"

    def take(self, member: Member) -> Consumer | None:
        """Remember a member that has a legal name near the root; return what wants its content."""
        if member.containers and (self._suffix != ".gem" or member.containers != _GEM_CONTENT):
            return None
        path = member.path.removeprefix("./").rstrip("/")
        folder, _, name = path.rpartition("/")
        self._note_root(path, member)
        match = _NAME.fullmatch(name)
        if match is None or folder.count("/") > 1 or len(self._found) >= _MOST_CANDIDATES:
            return None
        if member.kind is MemberKind.DIRECTORY:  # jars keep the licences of their parts in META-INF/license
            return None
        is_file = member.kind is MemberKind.FILE and member.size <= _LARGEST
        legal = LegalFile(path, folder, LegalKind(match["kind"].lower()), is_file)
        self._found.append(legal)
        return legal.content.extend if is_file else None

    def _note_root(self, path: str, member: Member) -> None:
        root, slash, _ = path.partition("/")
        if not slash and member.kind is not MemberKind.DIRECTORY:
            self._has_root_files = True
        elif root not in {"", "."} and len(self._roots) < 2:
            self._roots.add(root)

    def find(self, kind: LegalKind) -> list[LegalFile]:
        """Return those of one kind that are where they belong."""
        return [file for file in self._found if file.kind is kind and self._belongs(file)]

    def find_elsewhere(self, kind: LegalKind) -> str | None:
        """Return the path of one that is near, but not where it belongs."""
        return next(
            (file.path for file in self._found if file.kind is kind and not self._belongs(file)), None
        )

    def _belongs(self, file: LegalFile) -> bool:
        if self._suffix in _JARS:
            return file.folder in {"META-INF", ""}
        if self._suffix == ".whl":
            return file.folder.removesuffix("/licenses").endswith(".dist-info")
        root = "" if self._has_root_files or len(self._roots) != 1 else next(iter(self._roots))
        return file.folder == root
