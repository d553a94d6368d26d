# SPDX-License-Identifier: Apache-2.0
"""The process that archives are read in: it has everything imported, and forks a confined child for each.

It is started as `python -I -m atr.checks.zygote FD` with an empty environment. By the socket FD come, for
each pass, the seconds it may take and three files: the archive, a socket, and a pipe. The child reads the
task from the socket and answers there; how the child ended is written to the pipe by the zygote, which never
looks at an archive itself. It ends with its socket, and every child ends with it.
"""

import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from types import FrameType
from typing import BinaryIO

from atr.checks.contract import ArchiveTask, ScanResult
from atr.checks.onepass import scan_file
from atr.checks.preparation import prepare_checks
from atr.checks.runner import run_guarded
from atr.checks.wire import write_answer
from atr.domain.check import Finding
from atr.isolation import Confinement, ConfinementState, ResourceLimits, confine_process, describe_confinement
from atr.isolation.kernel import die_with_parent

ORDER = struct.Struct("!d")  # the seconds that a pass may take
ENDING = struct.Struct("!iiQ")  # how: ENDED, LATE or NOT_STARTED; the wait status; the most memory in bytes
TASK_LENGTH = struct.Struct("!Q")
MEMORY = 288 * 1024 * 1024
OUT_OF_MEMORY, NOT_CONFINED = 3, 4
ENDED, LATE, NOT_STARTED = range(3)
_TITLE = "archive pass"
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
_STANDARD_FILES = 3
_CPU_GRACE = 5


@dataclass(frozen=True, slots=True)
class _Child:
    """A pass that is under way: where to say how it ended, and until when it may go on."""

    ending: int
    until: float


class Zygote:
    """Starts a child for every order, and says of each how it ended."""

    def __init__(self, control: socket.socket) -> None:
        """Take orders from the socket."""
        self._control = control
        self._state = describe_confinement()
        self._children: dict[int, _Child] = {}

    def serve(self) -> None:
        """Carry out orders until the other end of the socket is gone."""
        with _wake_up_for_children() as alarm:
            while self._wait(alarm):
                self._reap()
                self._end_late()
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _wait(self, alarm: socket.socket) -> bool:
        """Wait for an order or the end of a child; return False when there will be no more orders."""
        ends = [child.until for child in self._children.values()]
        pause = max(0.0, min(ends) - time.monotonic()) if ends else None
        ready, _, _ = select.select([self._control, alarm], [], [], pause)
        if alarm in ready:
            alarm.recv(4096)
        return self._control not in ready or self._take_order()

    def _take_order(self) -> bool:
        try:
            order, files, _, _ = socket.recv_fds(self._control, ORDER.size, 3)
        except OSError:
            return False
        if len(order) != ORDER.size or len(files) != 3:
            return False
        archive, talk, ending = files
        try:
            pid = os.fork()
        except OSError:
            os.write(ending, ENDING.pack(NOT_STARTED, 0, 0))
            os.close(ending)
        else:
            if pid == 0:
                _be_child(archive, talk, self._state, int(ORDER.unpack(order)[0]))
            self._children[pid] = _Child(ending, time.monotonic() + ORDER.unpack(order)[0])
        os.close(archive)
        os.close(talk)
        return True

    def _reap(self) -> None:
        for pid, child in list(self._children.items()):
            ended, status, used = os.wait4(pid, os.WNOHANG)
            if ended:
                self._say(pid, child, ENDED, status, used.ru_maxrss)

    def _end_late(self) -> None:
        now = time.monotonic()
        for pid, child in list(self._children.items()):
            if now >= child.until:
                os.kill(pid, signal.SIGKILL)
                _, status, used = os.wait4(pid, 0)
                self._say(pid, child, LATE, status, used.ru_maxrss)

    def _say(self, pid: int, child: _Child, how: int, status: int, memory: int) -> None:
        """Tell how a child ended; whoever asked may be gone by now."""
        del self._children[pid]
        try:
            os.write(child.ending, ENDING.pack(how, status, memory * _MEMORY_UNIT))
        except BrokenPipeError:
            pass
        finally:
            os.close(child.ending)


@contextmanager
def _wake_up_for_children() -> Iterator[socket.socket]:
    """Yield a socket that can be read as soon as a child has ended."""
    alarm, bell = socket.socketpair()
    bell.setblocking(False)
    signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _hear)
    with alarm, bell:
        yield alarm


def _hear(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; the socket was written to."""


def _be_child(archive: int, talk: int, state: ConfinementState, seconds: int) -> None:
    """Carry out one pass in this process, and end it whatever happens."""
    code = 1
    try:
        die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _close_others({archive, talk})
        code = _carry_out(archive, talk, state, seconds)
    finally:
        os._exit(code)


def _close_others(kept: set[int]) -> None:
    """Close all files but the kept ones; what other passes say is none of this one's business."""
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in range(_STANDARD_FILES):
        os.dup2(silence, standard)
    start = _STANDARD_FILES
    for each in sorted(kept):
        os.closerange(start, each)
        start = each + 1
    os.closerange(start, max(start, os.sysconf("SC_OPEN_MAX")))


def _carry_out(archive: int, talk: int, state: ConfinementState, seconds: int) -> int:
    with os.fdopen(talk, "rb", closefd=False) as orders, os.fdopen(archive, "rb") as file:
        task: ArchiveTask = pickle.loads(orders.read(*TASK_LENGTH.unpack(orders.read(TASK_LENGTH.size))))  # noqa: S301  # it comes from the process that started this one
        limits = ResourceLimits(MEMORY, seconds + _CPU_GRACE, open_files=0)
        try:
            confine_process(Confinement(limits), state)
        except OSError:
            return NOT_CONFINED
        return _examine(task, file, talk)


def _examine(task: ArchiveTask, file: BinaryIO, talk: int) -> int:
    try:
        answer = memoryview(write_answer(_scan(task, file)))
    except MemoryError:
        return OUT_OF_MEMORY
    while answer:
        answer = answer[os.write(talk, answer) :]
    return 0


def _scan(task: ArchiveTask, file: BinaryIO) -> ScanResult | Finding:
    """Return the result, or the finding that there is none; raise MemoryError when memory was short."""
    results: list[ScanResult] = []

    def scan() -> tuple[Finding, ...]:
        results.append(scan_file(file, task))
        return tuple(chain.from_iterable(results[0].findings.values()))

    found = run_guarded(_TITLE, task.view.entry.path, scan)
    if any(finding.data.get("error") == MemoryError.__name__ for finding in found):
        raise MemoryError
    return results[0] if results else found[0]


def main() -> None:
    """Serve the socket whose number is the first argument."""
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # meant for the process at the other end, which will finish
        signal.signal(number, signal.SIG_IGN)
    prepare_checks()
    gc.collect()
    gc.freeze()  # so that memory stays shared with the children
    with socket.socket(fileno=int(sys.argv[1])) as control:
        Zygote(control).serve()


if __name__ == "__main__":
    main()
