# SPDX-License-Identifier: Apache-2.0
"""The one pass through an archive: decompressed once, streaming, followed by every check that looks in."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, PassOutcome
from atr.checks.runner import GuardedObserver
from atr.domain.check import Finding
from atr.formats.archive import find_suffix, read_archive, read_nested
from atr.formats.budget import Budget, Limits
from atr.formats.member import Defect, Entry, MemberKind, Unreadable

HEAD = 8 * 1024
_MOST_DEFECTS = 1000


@dataclass(frozen=True, slots=True)
class ArchiveTask:
    """Everything that one pass needs; can be sent to another process."""

    path: Path
    view: ArchiveView
    checks: tuple[ArchiveCheck, ...]
    limits: Limits = field(default_factory=Limits)


def scan_archive(
    task: ArchiveTask, clock: Callable[[], float] = time.monotonic
) -> dict[str, tuple[Finding, ...]]:
    """Read the archive once and return the findings of each check by its name."""
    artifact = task.view.entry.path
    observers = [
        GuardedObserver(check.name, artifact, partial(check.begin, task.view)) for check in task.checks
    ]
    outcome = _Pass(observers, Budget(task.limits, clock)).run(task.path, task.view.name)
    return {observer.name: observer.conclude(outcome) for observer in observers}


class _Pass:
    """One walk through an archive and the archives in it."""

    def __init__(self, observers: Sequence[GuardedObserver], budget: Budget) -> None:
        self._observers = observers
        self._budget = budget
        self._defects: list[Defect] = []
        self._nested: list[Defect] = []
        self._members = 0

    def run(self, path: Path, name: str) -> PassOutcome:
        complete = True
        with path.open("rb") as file:
            try:
                self._walk(read_archive(file, name, self._budget, self._note), ())
            except Unreadable as error:
                complete = False
                self._note(error.defect)
        budget = self._budget
        return PassOutcome(
            complete, tuple(self._defects), tuple(self._nested), self._members, budget.bytes_spent
        )

    def _note(self, defect: Defect) -> None:
        if len(self._defects) < _MOST_DEFECTS:
            self._defects.append(defect)

    def _walk(self, entries: Iterator[Entry], containers: tuple[str, ...]) -> None:
        for entry in entries:
            member = replace(entry.member, containers=containers) if containers else entry.member
            self._members += not containers
            head, chunks = _take_head(entry.chunks)
            consumers = [
                consumer for each in self._observers if (consumer := each.meet(member, head)) is not None
            ]
            is_archive = member.kind is MemberKind.FILE and find_suffix(member.path) is not None
            if consumers or is_archive:
                stream = _FedStream(chunks, consumers)
                if is_archive:
                    self._descend(stream, member.path, containers)
                stream.drain()

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
            self._walk(read_nested(stream, path, self._budget, note), inner)
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
