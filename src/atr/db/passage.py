# SPDX-License-Identifier: Apache-2.0
"""Passage for one account through the folders above a path, without opening them to everybody.

When root starts ATR from a private folder such as /root, the account of the database must still reach its
programs and its files. An entry in the folder's access control list (acl(5)) grants exactly that: passing
through, to that account alone, not listing.
"""

import errno
import os
import stat
import struct
from pathlib import Path

from atr.db.account import Account
from atr.domain.errors import Refused

_ATTRIBUTE = "system.posix_acl_access"
_VERSION = 2
_HEADER = struct.Struct("<I")
_ENTRY = struct.Struct("<HHI")
_NOBODY = 0xFFFFFFFF
# Tags of entries, in the order in which they must stand (linux/posix_acl.h).
_OWNER, _USER, _OWNING_GROUP, _GROUP, _MASK, _OTHERS = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_PASS = 1

_Entry = tuple[int, int, int]


def grant_passage(path: Path, account: Account) -> None:
    """Let the account pass through every folder above `path`; raise Refused where that is impossible."""
    if account.is_me:
        return
    for folder in dict.fromkeys([*path.absolute().parents, *path.resolve().parents]):
        if not _may_pass(folder, account):
            _grant_one(folder, account)


def _may_pass(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    if found.st_mode & stat.S_IXOTH:
        return True
    entries = _read_entries(folder)
    masked = any(tag == _MASK and rights & _PASS for tag, rights, _ in entries)
    named = any((tag, who) == (_USER, account.uid) and rights & _PASS for tag, rights, who in entries)
    return masked and named


def _grant_one(folder: Path, account: Account) -> None:
    kept = [each for each in _read_entries(folder) if each[0] != _USER or each[2] != account.uid]
    entries = [(tag, rights | _PASS if tag == _MASK else rights, who) for tag, rights, who in kept]
    if not any(tag == _MASK for tag, _, _ in entries):
        group = next(rights for tag, rights, _ in entries if tag == _OWNING_GROUP)
        entries.append((_MASK, group | _PASS, _NOBODY))
    entries.append((_USER, _PASS, account.uid))
    packed = b"".join(_ENTRY.pack(*each) for each in sorted(entries, key=lambda each: (each[0], each[2])))
    try:
        os.setxattr(folder, _ATTRIBUTE, _HEADER.pack(_VERSION) + packed)
    except OSError as error:
        raise Refused(
            f"The account {account.name}, which the database runs as, cannot pass through {folder} "
            f"({os.strerror(error.errno or 0)}): choose another data directory, allow it with "
            f"`chmod o+x {folder}`, or start ATR as an ordinary user."
        ) from error


def _read_entries(folder: Path) -> list[_Entry]:
    """Return the list of the folder, or what its mode says when it has none."""
    try:
        packed = os.getxattr(folder, _ATTRIBUTE)
    except OSError as error:
        if error.errno not in {errno.ENODATA, errno.ENOTSUP}:
            raise
        mode = folder.stat().st_mode
        return [
            (_OWNER, mode >> 6 & 7, _NOBODY),
            (_OWNING_GROUP, mode >> 3 & 7, _NOBODY),
            (_OTHERS, mode & 7, _NOBODY),
        ]
    return list(_ENTRY.iter_unpack(packed[_HEADER.size :]))
