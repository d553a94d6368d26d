# SPDX-License-Identifier: Apache-2.0
"""Landlock: what of the file system and the network a process can reach at all (Linux 5.13 and newer).

See landlock(7). Files that are open already stay usable, whatever the rules are.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from atr.isolation.kernel import IS_LINUX, call_kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
_FILE_RIGHTS_BY_ABI = ((5, 16), (3, 15), (2, 14), (1, 13))  # from this ABI on the kernel knows so many rights
_MAKE_AND_REMOVE = sum(1 << bit for bit in (4, 5, 7, 8))  # folders and plain files only
_RIGHTS_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
READ = _READ_FILE | _READ_FOLDER
READ_AND_RUN = READ | _EXECUTE
WRITE = READ | _WRITE_FILE | _TRUNCATE | _MAKE_AND_REMOVE


@dataclass(frozen=True, slots=True)
class FolderRights:
    """What may be done at a path and below it: READ, READ_AND_RUN or WRITE."""

    path: Path
    rights: int


def find_abi() -> int:
    """Return the version of Landlock in this kernel, 0 when there is none or it is switched off."""
    if not IS_LINUX:
        return 0
    try:
        return call_kernel(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict_access(abi: int, allowed: Iterable[FolderRights] = (), *, network: bool = False) -> None:
    """Forbid every access to files but the allowed ones, and TCP, signals and abstract sockets outwards."""
    handled = (1 << next(count for since, count in _FILE_RIGHTS_BY_ABI if abi >= since)) - 1
    tcp = 0b11 if abi >= 4 and not network else 0
    scoped = 0b11 if abi >= 6 else 0
    fields = struct.pack("=QQQ", handled, tcp, scoped)[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = call_kernel(_CREATE_RULESET, ctypes.create_string_buffer(fields, len(fields)), len(fields), 0)
    try:
        for each in allowed:
            _allow(ruleset, each, handled)
        call_kernel(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, folder: FolderRights, handled: int) -> None:
    rights = folder.rights & handled
    if not folder.path.is_dir():
        rights &= _RIGHTS_ON_FILES
    place = os.open(folder.path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, place)
        call_kernel(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.create_string_buffer(rule, len(rule)), 0)
    finally:
        os.close(place)
