# SPDX-License-Identifier: Apache-2.0
"""Keeping child processes alive: forked from one parent that has imported everything and has no threads.

Forking shares the memory of all imports between the children, and a child that dies is back at once. A child
whose parent dies (kill -9) sees the end of a pipe and leaves, so that a new parent finds its port free.
"""

import gc
import logging
import multiprocessing
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from types import FrameType

PATIENCE_SECONDS = 20.0
_ORPHAN_PATIENCE_SECONDS = 3.0
_SHORT_LIFE_SECONDS = 5.0
_MOST_SHORT_LIVES = 5
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 5.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
log = logging.getLogger("atr.supervisor")


@dataclass(slots=True)
class Child:
    """A part that runs in a process of its own."""

    name: str
    run: Callable[[], None]
    process: ForkProcess | None = None
    started_at: float = 0.0
    short_lives: int = 0
    proven: bool = False
    back_at: float | None = None

    @property
    def is_alive(self) -> bool:
        """Tell whether its process runs."""
        return self.process is not None and self.process.is_alive()


@dataclass(slots=True)
class Supervisor:
    """Starts the children and restarts whichever dies, at once first, then after growing pauses.

    `look_after` is called every second, and told whether a child has just died.
    """

    children: list[Child]
    look_after: Callable[[bool], None]
    _stopping: bool = False
    _lifeline: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> int:
        """Supervise until SIGTERM or SIGINT; return 0, or 1 when a part would not stay up."""
        for number in _SIGNALS:
            signal.signal(number, self._ask_to_stop)
        gc.collect()
        gc.freeze()
        for child in self.children:
            self._start(child)
        while not self._stopping and self._bury_dead():
            self.look_after(any(child.back_at is not None for child in self.children))
            self._revive_dead()
            self._wait()
        for child in self.children:
            _ask_child(child)
        for child in self.children:
            _await_child(child)
        return int(not self._stopping)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.process = multiprocessing.get_context("fork").Process(
            target=_live, args=(child.run, self._lifeline), name=child.name, daemon=False
        )
        # A signal that comes in between would be taken by the parent's handler in the child, and be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        child.process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        log.info("%s runs as process %s", child.name, child.process.pid)

    def _bury_dead(self) -> bool:
        """Note who died and when it is to come back; return False for one that never stayed up."""
        now = time.monotonic()
        for child in self.children:
            if child.is_alive or child.process is None:
                continue
            log.warning("%s ended (%s)", child.name, child.process.exitcode)
            child.process = None
            short = now - child.started_at < _SHORT_LIFE_SECONDS
            child.short_lives = child.short_lives + 1 if short else 0
            child.proven = child.proven or not short
            if child.short_lives >= _MOST_SHORT_LIVES and not child.proven:
                log.error("%s does not stay up: giving up", child.name)
                return False
            child.back_at = now + _choose_pause(child.short_lives)
        return True

    def _revive_dead(self) -> None:
        for child in self.children:
            if child.back_at is not None and time.monotonic() >= child.back_at:
                child.back_at = None
                self._start(child)

    def _wait(self) -> None:
        """Wait until somebody dies or comes back, a second at most."""
        soon = (child.back_at - time.monotonic() for child in self.children if child.back_at is not None)
        sentinels = [child.process.sentinel for child in self.children if child.process is not None]
        select.select(sentinels, [], [], max(0.0, min(1.0, *soon, 1.0)))


def _choose_pause(short_lives: int) -> float:
    """Return how many seconds a child stays away after so many short lives in a row."""
    if short_lives <= 1:
        return 0.0
    return min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** (short_lives - 2))


def _ask_child(child: Child) -> None:
    if child.process is not None:
        child.process.terminate()


def _await_child(child: Child) -> None:
    if child.process is None:
        return
    child.process.join(PATIENCE_SECONDS)
    if child.process.is_alive():
        child.process.kill()
        child.process.join()


def _live(run: Callable[[], None], lifeline: tuple[int, int]) -> None:
    """Run the part in its new process."""
    reading, writing = lifeline
    os.close(writing)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    threading.Thread(target=_leave_with_parent, args=(reading,), daemon=True).start()
    run()


def _leave_with_parent(lifeline: int) -> None:
    """Wait for the end of the pipe, which comes when the parent is gone; then leave, gently at first."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_ORPHAN_PATIENCE_SECONDS)
    os._exit(1)
