# SPDX-License-Identifier: Apache-2.0
"""How storing and sweeping keep out of each other's way without a lock.

Both sides announce before they look, so at least one of them sees the other (Dekker's argument; it needs
nothing but a store in which a finished write is seen by every later read and listing, as S3 and file
systems promise):

- whoever relies on stored bytes first writes a *lease*, then waits while any sweep *intends* to delete
  these bytes, and only then looks whether they are there;
- a sweep first writes its intent, then lists the leases, and deletes only what nobody leased.

Leases and intents have unique names, so nobody removes another's. A lease counts as long as the sweep's
grace period. A sweep gives up a batch after 20 seconds, its last request ends within another 150 (see
`places`), so an intent met for 180 seconds belongs to a dead process and is not waited for any longer.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import uuid4

import obstore
from obstore.store import ObjectStore

from atr.domain.artifact import Digest

SWEEP_SECONDS = 20.0
PATIENCE_SECONDS = 180.0
_PAUSE_SECONDS = 0.05
_LEASES = "leases"
_INTENTS = "intents"


class Claims:
    """Leases of those who rely on stored bytes, intents of those who delete them."""

    def __init__(self, store: ObjectStore, pause: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._pause = pause

    def take_lease(self, digest: Digest) -> None:
        """Let every sweep know that the bytes are about to be named."""
        obstore.put(self._store, f"{_LEASES}/{digest.hex}.{uuid4().hex}", b"")

    def await_sweeps(self, digest: Digest) -> None:
        """Return when no sweep intends to delete the bytes any more."""
        for key, _ in self._list(_INTENTS):
            waited = 0.0
            while waited < PATIENCE_SECONDS and self._is_intended(key, digest):
                self._pause(_PAUSE_SECONDS)
                waited += _PAUSE_SECONDS

    @contextmanager
    def intend(self, digests: Iterable[Digest]) -> Iterator[None]:
        """Announce the deletion of the bytes until the block ends."""
        key = f"{_INTENTS}/{uuid4().hex}"
        obstore.put(self._store, key, "\n".join(digest.hex for digest in digests).encode())
        try:
            yield
        finally:
            self._delete(key)

    def list_leased(self, since: datetime) -> set[str]:
        """Return the hexadecimal sha512 of everything leased since the moment."""
        return {key.rpartition("/")[2].partition(".")[0] for key, at in self._list(_LEASES) if at >= since}

    def tidy(self, before: datetime) -> None:
        """Remove leases, and intents of dead sweeps, from before the moment."""
        for prefix in (_LEASES, _INTENTS):
            for key, written_at in self._list(prefix):
                if written_at < before:
                    self._delete(key)

    def _is_intended(self, key: str, digest: Digest) -> bool:
        try:
            intended = bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            return False
        return digest.hex.encode() in intended

    def _list(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        for batch in obstore.list(self._store, prefix):
            for meta in batch:
                yield meta["path"], meta["last_modified"]

    def _delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            obstore.delete(self._store, key)
