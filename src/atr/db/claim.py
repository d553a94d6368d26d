# SPDX-License-Identifier: Apache-2.0
"""Locks on files, which the operating system gives up for a process that dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atr.domain.errors import Refused

CLAIM_NAME = "serve.lock"
_ORPHANS_LEAVE_SECONDS = 15.0
_PAUSE_SECONDS = 0.05


@contextmanager
def claim_data(data_dir: Path) -> Iterator[None]:
    """Hold the data directory as its one server; raise Refused while another process does."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data_dir / CLAIM_NAME
    with open_lock(path) as descriptor:
        if not try_lock(descriptor, fcntl.LOCK_EX):
            holder = path.read_text(encoding="ascii").strip() or "unknown"
            raise Refused(f"{data_dir} is already served by process {holder}.")
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield


def await_orphans(data_dir: Path) -> None:
    """Wait while the children of a server that was killed still hold its claim; they leave within seconds."""
    path = data_dir / CLAIM_NAME
    deadline = time.monotonic() + _ORPHANS_LEAVE_SECONDS
    while path.exists() and time.monotonic() < deadline:
        with open_lock(path) as descriptor:
            if try_lock(descriptor, fcntl.LOCK_SH):
                return
        if _is_alive(path.read_text(encoding="ascii").strip()):
            return
        time.sleep(_PAUSE_SECONDS)


def _is_alive(process: str) -> bool:
    return process.isdecimal() and Path("/proc", process).exists()


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold a lock alone, after waiting for whoever has it."""
    with open_lock(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def open_lock(path: Path) -> Iterator[int]:
    """Open the file of a lock, made if missing; closing gives up the lock, the file stays."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock if it is free; `kind` is LOCK_EX or LOCK_SH of `fcntl`."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
