# SPDX-License-Identifier: Apache-2.0
"""The one pass through an archive: decompressed once, streaming, followed by every check that looks in."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from atr.checks.contract import ArchiveTask, Consumer, PassOutcome, ScanResult
from atr.checks.runner import Audience, GuardedObserver
from atr.formats.archive import find_suffix, read_archive, read_nested
from atr.formats.budget import Budget
from atr.formats.content import ContentKind, recognise_content
from atr.formats.decompression import CHUNK
from atr.formats.member import Defect, Entry, Member, MemberKind, Unreadable
from atr.formats.tree import pack_rows, simplify_path, write_row

HEAD = 8 * 1024
_MOST_DEFECTS = 1000


def scan_archive(task: ArchiveTask, clock: Callable[[], float] = time.monotonic) -> ScanResult:
    """Read the archive once; return the findings of each check and the list of members."""
    with task.path.open("rb") as file:
        return scan_file(file, task, clock)


def scan_file(file: BinaryIO, task: ArchiveTask, clock: Callable[[], float] = time.monotonic) -> ScanResult:
    """Do the same with a file that is open already; the task's path is not looked at."""
    artifact = task.view.entry.path
    observers = [
        GuardedObserver(
            check.name, artifact, partial(check.begin, task.view), is_nosy=check.looks_into_nested
        )
        for check in task.checks
    ]
    audience = Audience(observers)
    nosy = Audience(observer for observer in observers if observer.is_nosy)
    outcome = _Pass(audience, nosy, Budget(task.limits, clock)).run(file, task.view.name)
    findings = {observer.name: observer.conclude(outcome) for observer in observers}
    return ScanResult(findings, pack_rows(outcome.rows) if outcome.complete else None)


class _Pass:
    """One walk through an archive and the archives in it."""

    def __init__(self, audience: Audience, nosy: Audience, budget: Budget) -> None:
        self._audience = audience
        self._nosy = nosy  # follow nested archives too
        self._budget = budget
        self._defects: list[Defect] = []
        self._nested: list[Defect] = []
        self._rows: list[bytes] = []

    def run(self, file: BinaryIO, name: str) -> PassOutcome:
        complete = True
        try:
            self._walk(read_archive(file, name, self._budget, self._note))
        except Unreadable as error:
            complete = False
            self._note(error.defect)
        self._rows.sort()
        size = self._budget.bytes_spent
        return PassOutcome(
            complete, tuple(self._defects), tuple(self._nested), len(self._rows), size, self._rows
        )

    def _note(self, defect: Defect) -> None:
        if len(self._defects) < _MOST_DEFECTS:
            self._defects.append(defect)

    def _walk(self, entries: Iterator[Entry]) -> None:
        for member, chunks in entries:
            if member.kind is not MemberKind.FILE:
                self._meet(member, b"")
                self._list(member, "", "", ContentKind.EMPTY)
            elif member.size <= CHUNK and find_suffix(member.path) is None:
                self._take_whole(member, b"".join(chunks))
            else:
                self._stream(member, chunks)

    def _meet(self, member: Member, head: bytes) -> list[Consumer]:
        return (self._nosy if member.containers else self._audience).meet(member, head)

    def _take_whole(self, member: Member, content: bytes) -> None:
        """Handle a small file, as nearly all are, without any stream."""
        head = content[:HEAD]
        for consumer in self._meet(member, head):
            consumer(content)
        if not member.containers:
            sha256 = hashlib.sha256(content).hexdigest()
            git = hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
            self._list(member, sha256, git, recognise_content(head))

    def _stream(self, member: Member, content: Iterator[bytes]) -> None:
        """Handle a large file or an archive inside this one, piece by piece."""
        head, chunks = _take_head(content)
        consumers = self._meet(member, head)
        sha256 = hashlib.sha256()
        git = hashlib.sha1(b"blob %d\0" % member.size, usedforsecurity=False)
        if not member.containers:
            consumers += (sha256.update, git.update)
        stream = _FedStream(chunks, consumers)
        if find_suffix(member.path) is not None:
            self._descend(stream, member.path, member.containers)
        stream.drain()
        self._list(member, sha256.hexdigest(), git.hexdigest(), recognise_content(head))

    def _list(self, member: Member, sha256: str, git: str, content: ContentKind) -> None:
        if not member.containers:
            self._rows.append(write_row(member, simplify_path(member.path), sha256, git, content))

    def _descend(self, stream: "_FedStream", path: str, containers: tuple[str, ...]) -> None:
        """Walk through an archive inside this one; what is wrong with it does not end the outer walk."""
        inner = (*containers, path)
        place = "!".join(inner)
        if len(inner) >= self._budget.limits.depth:
            return

        def note(defect: Defect) -> None:
            if len(self._nested) < _MOST_DEFECTS:
                self._nested.append(replace(defect, member=place))

        try:
            self._walk(read_nested(stream, inner, self._budget, note))
        except Unreadable as error:
            if stream.failed or self._budget.is_exhausted:
                raise
            note(error.defect)


def _take_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return at least 8 KiB of content, unless there is less, and the whole content again."""
    first = next(chunks, b"")
    while len(first) < HEAD and (more := next(chunks, b"")):
        first += more
    return first[:HEAD], _restart(first, chunks)


def _restart(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from chunks


class _FedStream:
    """The content of a member as a stream; whatever is read from it also reaches the consumers."""

    def __init__(self, chunks: Iterator[bytes], consumers: Sequence[Consumer]) -> None:
        self._chunks = chunks
        self._consumers = consumers
        self._rest = b""
        self.failed = False

    def read(self, size: int, /) -> bytes:
        if not self._rest:
            self._rest = self._next()
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def drain(self) -> None:
        while self._next():
            pass

    def _next(self) -> bytes:
        try:
            chunk = next(self._chunks, b"")
        except Unreadable:
            self.failed = True  # the outer archive is damaged, not the one inside
            raise
        if chunk:
            for consume in self._consumers:
                consume(chunk)
        return chunk
