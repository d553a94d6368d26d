# SPDX-License-Identifier: Apache-2.0
"""Calls to the Linux kernel that Python has no function for."""

import ctypes
import os
import platform
import signal
import sys

_SET_PARENT_DEATH_SIGNAL, _GET_SECCOMP, SET_SECCOMP, _SET_NO_NEW_PRIVILEGES = 1, 21, 22, 38
IS_LINUX = sys.platform == "linux"


def name_architecture() -> str:
    """Return the machine that the interpreter was built for; only 64-bit ones have their own name."""
    return platform.machine() if sys.maxsize > 1 << 32 else "32-bit"


def call_kernel(number: int, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """Carry out a system call; raise OSError with the kernel's reason."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    values = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _refuse_failure(int(library.syscall(ctypes.c_long(number), *values)))


def control_process(option: int, *arguments: int) -> int:
    """Call prctl(2); raise OSError with the kernel's reason."""
    library = ctypes.CDLL(None, use_errno=True)
    padded = (*arguments, 0, 0, 0, 0)[:4]
    return _refuse_failure(int(library.prctl(ctypes.c_int(option), *map(ctypes.c_ulong, padded))))


def forbid_new_privileges() -> None:
    """Make sure that no program started from here gains rights by its set-uid bit or capabilities."""
    control_process(_SET_NO_NEW_PRIVILEGES, 1)


def die_with_parent() -> None:
    """Let the kernel kill this process as soon as the thread that made it has ended; Linux only."""
    if IS_LINUX:
        control_process(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def has_seccomp() -> bool:
    """Tell whether the kernel was built with seccomp."""
    try:
        return control_process(_GET_SECCOMP) >= 0
    except OSError:
        return False


def _refuse_failure(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
