# SPDX-License-Identifier: Apache-2.0
"""The text of one member of an archive, read by a pass as confined as those of the checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import BoundedSemaphore

from atr.checks.contract import (
    ArchiveCheck,
    ArchiveTask,
    ArchiveView,
    Consumer,
    Inputs,
    PassOutcome,
    ScanArchive,
    ScanStopped,
    make_finding,
)
from atr.checks.local_files import LocalFiles, OpenFile
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, RevisionFacts, Rule, Severity
from atr.domain.check_policy import DEFAULT_CHECKS
from atr.domain.errors import Refused, TooMany
from atr.formats.budget import MEBIBYTE, Limits
from atr.formats.member import Member, MemberKind
from atr.formats.text_lines import LARGEST_TEXT, split_lines
from atr.formats.tree import simplify_path

_RULE = Rule("texts.member", Severity.NOTE, "The text of a member", "", "")
_NAME = "texts"
_LIMITS = Limits(total_bytes=1024 * MEBIBYTE, seconds=20.0)
_AT_ONCE = 2
_PATIENCE_SECONDS = 5.0
_NO_FACTS = RevisionFacts("", "", "", False, None, DEFAULT_CHECKS, datetime.min.replace(tzinfo=UTC))


class MemberReader:
    """Follows a pass and keeps the content of one member."""

    def __init__(self, member: str) -> None:
        """Wait for the member of that path."""
        self._member = member
        self._content = bytearray()
        self._met = False

    def meet(self, member: Member, _head: bytes) -> Consumer | None:
        """Ask for the content of the first file of that path."""
        if self._met or member.containers or member.kind is not MemberKind.FILE:
            return None
        if simplify_path(member.path) != self._member:
            return None
        self._met = True
        return self._take

    def _take(self, chunk: bytes) -> None:
        if len(self._content) <= LARGEST_TEXT:
            self._content += chunk

    def conclude(self, _outcome: PassOutcome) -> Iterator[Finding]:
        """Say the lines, or why they are not shown; nothing when the member was not met."""
        if not self._met:
            return
        lines = split_lines(bytes(self._content))
        if isinstance(lines, str):
            yield make_finding(_RULE, "", lines, data={"refused": True})
        else:
            yield make_finding(_RULE, "", "", data={"lines": lines})


def _begin(member: str, _view: ArchiveView) -> MemberReader:
    return MemberReader(member)


def _depend_on_nothing(_view: ArchiveView) -> Inputs:
    return ()


@dataclass(frozen=True, slots=True)
class ScannedTexts:
    """Reads members by passes of their own, a few at a time; nothing is kept."""

    open_file: OpenFile
    scan: ScanArchive
    lanes: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))

    def read(self, archive: FileEntry, member: str) -> tuple[str, ...] | None:
        """Return the lines of a member; raise Refused, or TooMany when others are being read."""
        if not self.lanes.acquire(timeout=_PATIENCE_SECONDS):
            raise TooMany("Other archives are being read: try again in a moment.", int(_PATIENCE_SECONDS))
        try:
            found = self._scan_for(archive, member)
        finally:
            self.lanes.release()
        return _read_answer(found)

    def _scan_for(self, archive: FileEntry, member: str) -> tuple[Finding, ...]:
        check = ArchiveCheck(_NAME, (_RULE,), _depend_on_nothing, partial(_begin, member))
        with LocalFiles(self.open_file) as local, local.hold(archive) as path:
            try:
                task = ArchiveTask(path, ArchiveView(archive, _NO_FACTS), (check,), _LIMITS)
                return self.scan(task).findings[_NAME]
            except ScanStopped as stopped:
                raise Refused(stopped.finding.message) from stopped


def _read_answer(found: tuple[Finding, ...]) -> tuple[str, ...] | None:
    if not found:
        return None
    match dict(found[0].data):
        case {"lines": tuple(lines)}:
            return lines
        case _:
            raise Refused(found[0].message)
