# SPDX-License-Identifier: Apache-2.0
"""Filters of system calls: small programs that the kernel runs before every call (seccomp(2)).

A refused call fails with EPERM, as if rights were missing; a call by the numbers of another architecture
ends the process, because there the same number means something else.
"""

import ctypes
import errno
import struct
from collections.abc import Iterator
from enum import StrEnum

from atr.isolation.kernel import SET_SECCOMP, control_process
from atr.isolation.syscalls import (
    ARCHITECTURES,
    CLONE,
    CLONE3,
    COMPUTING,
    HARMFUL,
    MMAP,
    MPROTECT,
    TALKING,
    Architecture,
    Numbers,
)

_MODE_FILTER = 2
_LOAD, _JUMP_EQUAL, _JUMP_NOT_BELOW, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_KILL, _ALLOW, _ERROR = 0x80000000, 0x7FFF0000, 0x00050000
_REFUSE, _UNKNOWN = _ERROR | errno.EPERM, _ERROR | errno.ENOSYS
_PROT_EXEC = 4
_NEW_NAMESPACES = 0x7E020000
_INSTRUCTION = struct.Struct("=HBBI")


class Profile(StrEnum):
    """Which calls are left.

    COMPUTING: reading and writing what is open, memory and time; everything else is refused. PROGRAM: what
    ordinary programs need; the network, other processes and the machine itself are refused. NETWORK: the
    same with the network.
    """

    COMPUTING = "computing"
    PROGRAM = "program"
    NETWORK = "network"


def build_filter(architecture: Architecture, profile: Profile) -> bytes:
    """Return the program for the kernel."""
    return b"".join(_write_filter(architecture, profile))


def install_filter(program: bytes) -> None:
    """Let the kernel run the program before every call; new privileges must have been forbidden."""
    held = ctypes.create_string_buffer(program, len(program))
    fields = struct.pack("@HP", len(program) // _INSTRUCTION.size, ctypes.addressof(held))
    header = ctypes.create_string_buffer(fields, len(fields))
    control_process(SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header))


def _write_filter(architecture: Architecture, profile: Profile) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCHITECTURE_AT)
    yield _step(_JUMP_EQUAL, architecture.audit, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER_AT)
    if architecture.foreign_from is not None:
        yield _step(_JUMP_NOT_BELOW, architecture.foreign_from, 0, 1)
        yield _step(_RETURN, _KILL)
    yield from _answer_always(architecture, CLONE3, _UNKNOWN)  # its flags are out of a filter's reach
    match profile:
        case Profile.COMPUTING:
            yield from _refuse_bits(architecture, MMAP, 2, _PROT_EXEC)
            yield from _refuse_bits(architecture, MPROTECT, 2, _PROT_EXEC)
            for numbers in COMPUTING.values():
                yield from _answer_always(architecture, numbers, _ALLOW)
            yield _step(_RETURN, _REFUSE)
        case Profile.PROGRAM | Profile.NETWORK:
            yield from _refuse_bits(architecture, CLONE, 0, _NEW_NAMESPACES)
            left = TALKING if profile is Profile.NETWORK else frozenset()
            for numbers in (each for name, each in HARMFUL.items() if name not in left):
                yield from _answer_always(architecture, numbers, _REFUSE)
            yield _step(_RETURN, _ALLOW)


def _answer_always(architecture: Architecture, numbers: Numbers, answer: int) -> Iterator[bytes]:
    number = numbers[architecture.column]
    if number is not None:
        yield _step(_JUMP_EQUAL, number, 0, 1)
        yield _step(_RETURN, answer)


def _refuse_bits(architecture: Architecture, numbers: Numbers, argument: int, bits: int) -> Iterator[bytes]:
    """Allow a call unless one of the bits is set in the lower half of its argument."""
    number = numbers[architecture.column]
    if number is not None:
        yield _step(_JUMP_EQUAL, number, 0, 4)
        yield _step(_LOAD, _ARGUMENTS_AT + 8 * argument)
        yield _step(_JUMP_ANY_BIT, bits, 0, 1)
        yield _step(_RETURN, _REFUSE)
        yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, if_true, if_false, value)


def find_architecture(name: str) -> Architecture | None:
    """Return the architecture whose numbers are known, if this is one."""
    return ARCHITECTURES.get(name)
