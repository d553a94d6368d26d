# SPDX-License-Identifier: Apache-2.0
"""The RECORD of a wheel: it must list every file of the wheel with its own digest, and no other.

Source: the specification of binary distributions ("The .dist-info directory"). Installers do not verify it,
so what was put into a wheel after it was built shows here alone.
"""

import base64
import csv
import hashlib
from collections.abc import Iterable, Iterator

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.formats.archive import find_suffix
from atr.formats.member import Member, MemberKind

WHEEL_RECORD = Rule(
    "archive.wheel-record",
    Severity.CONCERN,
    "A wheel's RECORD is not about the files in it",
    "ATR: a package says inside what its name says outside",
    "Build the wheel again and change nothing in it afterwards.",
)
_LARGEST_RECORD = 32 * 1024 * 1024
_MOST_NAMED = 20
_UNLISTED = (".dist-info/RECORD", ".dist-info/RECORD.jws", ".dist-info/RECORD.p7s")


class _Records:
    """Follows the pass through a wheel and gathers each file's digest."""

    def __init__(self, view: ArchiveView) -> None:
        self._artifact = view.entry.path
        self._is_wheel = find_suffix(view.name) == ".whl"
        self._record: bytearray | None = None
        self._digests: dict[str, hashlib._Hash] = {}

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        del head
        if not self._is_wheel or member.containers or member.kind is not MemberKind.FILE:
            return None
        if member.path.endswith(_UNLISTED[0]) and member.path.count("/") == 1:
            self._record = bytearray()
            return self._take
        if member.path.endswith(_UNLISTED):
            return None
        digest = self._digests[member.path] = hashlib.sha256()
        return digest.update

    def _take(self, chunk: bytes) -> None:
        if self._record is not None and len(self._record) < _LARGEST_RECORD:
            self._record += chunk

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if self._record is None or not outcome.complete:
            return  # that there is no RECORD is told by the layout
        listed = dict(_read_record(bytes(self._record)))
        there = {path: digest.digest() for path, digest in self._digests.items()}
        yield from self._tell("are in the wheel, but not in its RECORD", there.keys() - listed.keys())
        yield from self._tell("are in RECORD, but not in the wheel", listed.keys() - there.keys())
        changed = {path for path in there.keys() & listed.keys() if listed[path] not in {None, there[path]}}
        yield from self._tell("are not what RECORD has a digest of", changed)

    def _tell(self, words: str, paths: set[str]) -> Iterator[Finding]:
        if not paths:
            return
        named = tuple(sorted(paths)[:_MOST_NAMED])
        message = f"{len(paths)} files {words}, such as {named[0]}."
        data: dict[str, FindingData] = {"paths": named, "count": len(paths)}
        yield make_finding(WHEEL_RECORD, self._artifact, message, data=data)


def _read_record(data: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Yield path and SHA-256 of each row; None where the row has no digest of that kind."""
    lines = data.decode("utf-8", "replace").splitlines()
    for row in csv.reader(lines):
        if not row or row[0].endswith(_UNLISTED):
            continue
        algorithm, _, digest = (row[1] if len(row) > 1 else "").partition("=")
        yield row[0], _decode(digest) if algorithm == "sha256" else None


def _decode(digest: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(digest + "=" * (-len(digest) % 4))
    except ValueError:
        return b""


def inputs(_view: ArchiveView) -> Inputs:
    """Return nothing: the content alone decides."""
    return ()


WHEEL_RECORDS = ArchiveCheck("wheel records", (WHEEL_RECORD,), inputs, _Records)
