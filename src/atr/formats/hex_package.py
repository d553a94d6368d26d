# SPDX-License-Identifier: Apache-2.0
"""Packages of Hex: an uncompressed tar of four files (Hex specifications, package_tarball.md, version 3)."""

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atr.formats.budget import Budget, Limits
from atr.formats.erlang_terms import LARGEST_TERMS, Term, read_terms
from atr.formats.member import Defect, Entry, MemberKind, Unreadable
from atr.formats.tar_reader import TarReader

_VERSION = b"3"
_METADATA, _CONTENTS, _CHECKSUM = "metadata.config", "contents.tar.gz", "CHECKSUM"
_HASHED = ("VERSION", _METADATA, _CONTENTS)
_LARGEST_CONTENTS = 64 * 1024 * 1024  # four times what Hex takes
_LARGEST = {"VERSION": 16, _METADATA: LARGEST_TERMS, _CONTENTS: _LARGEST_CONTENTS, _CHECKSUM: 128}
_LIMITS = Limits(members=16, ratio_floor=1 << 40)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True)
class HexPackage:
    """What a package says of itself; its inner checksum was found to be right."""

    name: str
    version: str


def read_hex_package(chunks: Iterable[bytes]) -> HexPackage:
    """Read a package to its end; raise ValueError with what is wrong with it."""
    reader = TarReader(_Chunks(chunks), Budget(_LIMITS, time.monotonic), _refuse_defect)
    found: dict[str, bytes] = {}
    try:
        for entry in reader.entries():
            _take_member(entry, found)
    except Unreadable as error:
        raise ValueError(f"it is no package of Hex: {error}") from error
    missing = [name for name in _LARGEST if name not in found]
    if missing:
        raise ValueError(f"it is no package of Hex: it has no {', '.join(missing)}")
    return _check_parts(found)


class _Chunks:
    """Chunks of any length, read in pieces of a given one."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        while not self._rest:
            following = next(self._chunks, None)
            if following is None:
                return b""
            self._rest = following
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def _refuse_defect(defect: Defect) -> None:
    raise Unreadable(defect)


def _take_member(entry: Entry, found: dict[str, bytes]) -> None:
    path = entry.member.path
    if path not in _LARGEST or entry.member.kind is not MemberKind.FILE or path in found:
        raise ValueError(f"it is no package of Hex: {path!r} does not belong there, or not twice")
    if entry.member.size > _LARGEST[path]:
        raise ValueError(f"its {path} has {entry.member.size} bytes, which is too much")
    found[path] = b"".join(entry.chunks)


def _check_parts(found: dict[str, bytes]) -> HexPackage:
    if found["VERSION"].strip() != _VERSION:
        raise ValueError("it is in another format than version 3, the one that Hex takes")
    inner = hashlib.sha256(b"".join(found[name] for name in _HASHED)).hexdigest()
    if found[_CHECKSUM].strip().lower() != inner.encode():
        raise ValueError("its inner checksum is not that of its parts")
    try:
        facts = dict(_list_pairs(read_terms(found[_METADATA])))
    except ValueError as error:
        raise ValueError(f"its {_METADATA} cannot be read: {error}") from error
    name, version = facts.get("name"), facts.get("version")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not isinstance(version, str):
        raise ValueError(f"its {_METADATA} does not name the package and its version")
    return HexPackage(name, version)


def _list_pairs(terms: Iterable[Term]) -> Iterator[tuple[str, Term]]:
    for term in terms:
        match term:
            case (str() as key, value):
                yield key, value
            case _:
                raise ValueError("it has a term that is no pair of name and value")
