# SPDX-License-Identifier: Apache-2.0
"""Mail into a maildir: the embedded set-up's outbox, which any mail program can read.

A message's file is named by its message id, written under `tmp` and linked into `new`, so that it is there
completely or not at all, and once however often a crash makes it be delivered again.
"""

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from atr.domain.mail import OutgoingMail
from atr.mail.stationery import Stationery
from atr.ports.mail import MailFailed

_FOLDERS = ("tmp", "new", "cur")


class Maildir:
    """A maildir as the way out."""

    def __init__(self, root: Path, stationery: Stationery) -> None:
        self._root = root
        self._stationery = stationery

    def was_delivered(self, message_id: str) -> bool:
        """Tell whether the message is in the maildir, read (with flags after a colon) or not."""
        name = _name_file(message_id)
        if (self._root / "new" / name).exists():
            return True
        return any((self._root / "cur").glob(f"{name}*"))

    def deliver(self, mail: OutgoingMail) -> str:
        """Put the message into the maildir unless it is there; raise MailFailed when that is not possible."""
        try:
            self._prepare()
            if not self.was_delivered(mail.message_id):
                message = self._stationery.write(mail).replace(b"\r\n", b"\n")
                self._write(_name_file(mail.message_id), message)
        except OSError as error:
            raise MailFailed(f"The maildir cannot be written: {error.strerror or error}.") from error
        return ""

    def forget(self, message_id: str) -> None:
        """Remove the message, read or not; raise MailFailed when that is not possible."""
        name = _name_file(message_id)
        try:
            for path in [self._root / "new" / name, *(self._root / "cur").glob(f"{name}*")]:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise MailFailed(f"The maildir cannot be written: {error.strerror or error}.") from error

    def _prepare(self) -> None:
        for folder in _FOLDERS:
            (self._root / folder).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        target = self._root / "new" / name
        with NamedTemporaryFile(dir=self._root / "tmp", prefix=f"{name}.") as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            try:
                target.hardlink_to(draft.name)
            except FileExistsError:
                return  # another worker was faster with the same message
        _sync_folder(target.parent)


def _name_file(message_id: str) -> str:
    return f"{hashlib.sha256(message_id.encode()).hexdigest()[:40]}.atr"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
