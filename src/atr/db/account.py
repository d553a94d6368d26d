# SPDX-License-Identifier: Apache-2.0
"""The operating system's account the embedded database runs as: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from atr.domain.errors import Refused

_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How the common systems make an account that nobody can sign in to.
_MAKERS = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"),
    ("adduser", "-S", "-D", "-H", "-s", "/bin/false"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the database's files and processes belong to."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        """Tell whether this is the account of the running process."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if not self.is_me:
            os.chown(path, self.uid, self.gid)


def choose_account(cluster: Path, preferred: str) -> Account:
    """Return the account for the database files in `cluster`, made if need be.

    An ordinary user runs the database as themselves. For root it is whoever owns existing files, else the
    account of the preferred name. Raise Refused when there is none and none can be made.
    """
    if os.geteuid() != 0:
        return _find_by_uid(os.geteuid())
    owner = cluster.stat().st_uid if cluster.exists() else 0
    return _find_by_uid(owner) if owner != 0 else _find_or_make(preferred)


def _find_by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Refused(
            f"The embedded database cannot run as user number {uid}, which has no name on this machine: "
            "add it to /etc/passwd, or set ATR_DATABASE_URL to a database elsewhere."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _find_or_make(name: str) -> Account:
    found = _find_by_name(name)
    for maker in _MAKERS:
        program = shutil.which(maker[0], path=_SYSTEM_FOLDERS)
        if found is None and program is not None:
            subprocess.run([program, *maker[1:], name], check=False, capture_output=True)  # noqa: S603
            found = _find_by_name(name)
    if found is None or found.uid == 0:
        raise Refused(
            f"PostgreSQL refuses to run as root, and the account {name} is not there and cannot be made: "
            "start ATR as an ordinary user, or name an account without rights in ATR_POSTGRES_ACCOUNT."
        )
    return found


def _find_by_name(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
