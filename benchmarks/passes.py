# SPDX-License-Identifier: Apache-2.0
"""What one pass through an archive takes, check by check, and how much memory."""

import multiprocessing
import resource
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from atr.checks import CHECKS
from atr.checks.contract import (
    ArchiveCheck,
    ArchiveTask,
    ArchiveView,
    Consumer,
    Observer,
    PassOutcome,
)
from atr.checks.onepass import scan_archive
from atr.checks.sandbox import Sandbox
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, RevisionFacts
from atr.domain.check_policy import CheckPolicy
from atr.formats.member import Member

NOW = datetime.now(UTC)
FACTS = RevisionFacts("benchmark", "main", "", False, None, CheckPolicy(), NOW)
CHECKS_INSIDE = tuple(check for check in CHECKS if isinstance(check, ArchiveCheck))


class TimedObserver:
    """An observer that knows how long it took."""

    def __init__(self, inner: Observer, spent: list[float]) -> None:
        """Follow a pass with `inner`, adding the seconds to `spent`."""
        self._inner = inner
        self._spent = spent

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        """Pass the member on."""
        started = time.perf_counter()
        consumer = self._inner.meet(member, head)
        self._spent[0] += time.perf_counter() - started
        return None if consumer is None else self._time(consumer)

    def _time(self, consumer: Consumer) -> Consumer:
        def consume(chunk: bytes) -> None:
            started = time.perf_counter()
            consumer(chunk)
            self._spent[0] += time.perf_counter() - started

        return consume

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        """Pass the outcome on."""
        started = time.perf_counter()
        found = tuple(self._inner.conclude(outcome))
        self._spent[0] += time.perf_counter() - started
        return found


def measure_shares(archive: Path, entry: FileEntry) -> dict[str, float]:
    """Return the seconds that each check takes of a pass in this process, and the reading without them."""
    spent: dict[str, list[float]] = {}

    def time_check(check: ArchiveCheck) -> ArchiveCheck:
        total = spent.setdefault(check.name, [0.0])
        return replace(check, begin=lambda view: TimedObserver(check.begin(view), total))

    task = ArchiveTask(archive, ArchiveView(entry, FACTS), tuple(map(time_check, CHECKS_INSIDE)))
    started = time.perf_counter()
    scan_archive(task)
    whole = time.perf_counter() - started
    shares = {name: total[0] for name, total in spent.items()}
    return {"reading and listing": whole - sum(shares.values()), **shares}


def measure_memory(archive: Path, entry: FileEntry) -> int:
    """Return the most memory, in bytes, that a confined process took for a pass."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_scan_confined, archive, entry).result()


def _scan_confined(archive: Path, entry: FileEntry) -> int:
    with Sandbox() as sandbox:
        sandbox(ArchiveTask(archive, ArchiveView(entry, FACTS), CHECKS_INSIDE))
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
