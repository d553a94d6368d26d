# SPDX-License-Identifier: Apache-2.0
"""Passes through archives in confined processes: whatever an archive does to its reader, it does it there."""

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Self

from atr.checks.archive_integrity import OVER_BUDGET
from atr.checks.contract import ArchiveTask, ScanArchive, ScanResult, ScanStopped, make_finding
from atr.checks.onepass import scan_archive
from atr.checks.runner import CHECK_FAILED
from atr.checks.wire import LARGEST_ANSWER, MalformedAnswer, read_answer
from atr.checks.zygote import ENDED, ENDING, LATE, MEMORY, NOT_CONFINED, ORDER, OUT_OF_MEMORY, TASK_LENGTH
from atr.domain.check import Finding

_PIECE = 1024 * 1024
_GRACE_SECONDS = 30.0  # a pass ends itself first, then the zygote ends it, then the zygote is ended
_PATIENCE_SECONDS = 5.0
_KEPT_VARIABLES = ("LD_LIBRARY_PATH",)  # without it some builds of Python do not start


class ZygoteGone(Exception):
    """Raised when the zygote ended or hung before it said how a pass ended."""


@dataclass(frozen=True, slots=True)
class _Zygote:
    process: subprocess.Popen[bytes]
    control: socket.socket

    def stop(self, patience: float) -> None:
        """Close its socket, at which it and its children end; insist after as many seconds."""
        self.control.close()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Sandbox:
    """Carries out passes, several at once from as many threads; to be closed at the end."""

    def __init__(self, grace: float = _GRACE_SECONDS) -> None:
        """Start nothing yet; `grace` is how many seconds after its limit a pass is ended from outside."""
        self._grace = grace
        self._lock = Lock()
        self._zygote: _Zygote | None = None
        self.most_memory = 0  # bytes that any pass so far had in memory at once

    def __enter__(self) -> Self:
        """Start the process that passes are forked from, so that it is ready when it is needed."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, with every pass that is under way."""
        self.close()

    @property
    def pid(self) -> int | None:
        """Return the number of the process that passes are forked from."""
        return None if self._zygote is None else self._zygote.process.pid

    def start(self) -> None:
        """Start the process that passes are forked from, unless it runs; the first pass would, too."""
        with self._lock:
            self._start()

    def close(self) -> None:
        """Stop what was started."""
        with self._lock:
            self._stop(self._zygote, _PATIENCE_SECONDS)

    def __call__(self, task: ArchiveTask) -> ScanResult:
        """Carry out one pass; raise ScanStopped with the one finding when it cannot be brought to its end."""
        try:
            answer, how, status = self._try_twice(task)
        except ZygoteGone as error:
            raise _fail(task, f"{error}") from error
        if answer is None:
            raise _refuse(task, "what was found in it is too much to be kept")
        if how != ENDED or status != 0:
            raise _explain_end(task, how, status)
        try:
            result = read_answer(answer, task, CHECK_FAILED)
        except MalformedAnswer as error:
            raise _fail(task, f"the answer of the confined process is not usable: {error}") from error
        if isinstance(result, Finding):
            raise ScanStopped(result)
        return result

    def _try_twice(self, task: ArchiveTask) -> tuple[bytearray | None, int, int]:
        """Begin again once if the zygote is gone: it may have been ended for no fault of the archive."""
        try:
            return self._carry_out(task)
        except ZygoteGone:
            return self._carry_out(task)

    def _carry_out(self, task: ArchiveTask) -> tuple[bytearray | None, int, int]:
        seconds = task.limits.seconds + self._grace
        until = time.monotonic() + seconds + self._grace
        with ExitStack() as stack:
            file = stack.enter_context(task.path.open("rb"))
            ours, theirs = (stack.enter_context(each) for each in socket.socketpair())
            ending, told = os.pipe()
            stack.callback(os.close, ending)
            try:
                zygote = self._order(seconds, [file.fileno(), theirs.fileno(), told])
            finally:
                os.close(told)
            theirs.close()
            try:
                answer = _converse(ours, task, until)
                ours.close()
                how, status, memory = _await_ending(ending, until)
            except (OSError, ZygoteGone) as error:
                with self._lock:
                    self._stop(zygote)
                raise ZygoteGone("the process that passes are forked from is gone or hangs") from error
            self.most_memory = max(self.most_memory, memory)
            return answer, how, status

    def _order(self, seconds: float, files: list[int]) -> _Zygote:
        with self._lock:
            zygote = self._start()
            try:
                socket.send_fds(zygote.control, [ORDER.pack(seconds)], files)
            except OSError as error:
                self._stop(zygote)
                raise ZygoteGone("the process that passes are forked from is gone") from error
            return zygote

    def _start(self) -> _Zygote:
        if self._zygote is not None:
            return self._zygote
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  # this very interpreter, words by words
                [sys.executable, "-I", "-m", "atr.checks.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._zygote = _Zygote(process, ours)
        return self._zygote

    def _stop(self, zygote: _Zygote | None, patience: float = 0.0) -> None:
        if zygote is not None and zygote is self._zygote:
            self._zygote = None
            zygote.stop(patience)


def has_processes() -> bool:
    """Tell whether this system can fork and hand over open files, which a sandbox needs."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


@contextmanager
def open_scanner(*, at_once: bool = True) -> Iterator[ScanArchive]:
    """Yield a sandbox, started at once or with its first pass; passes here where there are no processes."""
    if not has_processes():
        yield scan_archive
        return
    with closing(Sandbox()) as sandbox:
        if at_once:
            sandbox.start()
        yield sandbox


def _converse(wire: socket.socket, task: ArchiveTask, until: float) -> bytearray | None:
    """Send the task and return the whole answer; None when it is too long. Raise OSError when it is late."""
    words = pickle.dumps(task)
    wire.settimeout(max(0.001, until - time.monotonic()))
    try:
        wire.sendall(TASK_LENGTH.pack(len(words)) + words)
    except BrokenPipeError:
        return bytearray()
    answer = bytearray()
    while piece := _receive(wire, until):
        answer += piece
        if len(answer) > LARGEST_ANSWER:
            return None
    return answer


def _receive(wire: socket.socket, until: float) -> bytes:
    wire.settimeout(max(0.001, until - time.monotonic()))
    try:
        return wire.recv(_PIECE)
    except ConnectionResetError:
        return b""


def _await_ending(ending: int, until: float) -> tuple[int, int, int]:
    """Return how the child ended, its status and most memory; raise ZygoteGone when nobody says so."""
    poll = select.poll()
    poll.register(ending, select.POLLIN)
    ready = poll.poll(max(0, until - time.monotonic()) * 1000)
    said = os.read(ending, ENDING.size) if ready else b""
    if len(said) != ENDING.size:
        raise ZygoteGone
    how, status, memory = ENDING.unpack(said)
    return how, status, memory


def _explain_end(task: ArchiveTask, how: int, status: int) -> ScanStopped:
    """Return the one finding for a pass that did not come to its end."""
    if how != ENDED:
        late = f"it was ended after {task.limits.seconds:g} seconds and more"
        return _fail(task, late if how == LATE else "no process could be started for it")
    code = os.waitstatus_to_exitcode(status)
    if code == OUT_OF_MEMORY:
        return _refuse(task, f"reading it takes more than {MEMORY // _PIECE} MiB of memory")
    if code == -signal.SIGXCPU:
        return _refuse(task, f"reading it takes more than {task.limits.seconds:g} seconds")
    if code == NOT_CONFINED:
        return _fail(task, "its process could not be confined")
    name = signal.Signals(-code).name if code < 0 else f"code {code}"
    return _fail(task, f"its process ended by {name}")


def _refuse(task: ArchiveTask, reason: str) -> ScanStopped:
    message = f"Reading stopped: {reason}."
    return ScanStopped(make_finding(OVER_BUDGET, task.view.entry.path, message))


def _fail(task: ArchiveTask, reason: str) -> ScanStopped:
    message = f"The pass through the archive failed: {reason}."
    return ScanStopped(
        make_finding(CHECK_FAILED, task.view.entry.path, message, data={"check": "archive pass"})
    )
