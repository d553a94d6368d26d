# SPDX-License-Identifier: Apache-2.0
"""Deleting what nothing names.

Why this cannot delete what a revision names. Let the sweep start at S, list the store, then read the
references at R, and call everything stored or leased before S - grace old. Take a revision that names some
bytes and was committed at C. If C is before R, the bytes are among the references. Otherwise they were
put or touched at P, with C - P < grace, so P > C - grace >= R - grace >= S - grace: their time, or their
lease, is not old. It remains that the put may come in the middle of the deletion; `claims` sees to it that
either the sweep sees the lease, or the put sees that the bytes are gone and stores them again.
Grace is counted in hours, so that the clocks of the machines need to agree only roughly.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from atr.domain.artifact import Digest
from atr.ports.blobs import SweepReport
from atr.storage.blobs import BlobStore
from atr.storage.claims import SWEEP_SECONDS

_BATCH = 100


class BlobSweep:
    """Deletes orphaned blobs; several may run at the same time, and each may be killed at any moment."""

    def __init__(self, blobs: BlobStore, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._blobs = blobs
        self._monotonic = monotonic

    def run(
        self, read_references: Callable[[], Iterable[Digest]], grace: timedelta, now: datetime
    ) -> SweepReport:
        """Delete blobs stored or touched longer than `grace` ago that no reference names."""
        cutoff = now - grace
        examined = 0
        orphans: dict[Digest, int] = {}
        for stat in self._blobs.list():
            examined += 1
            if stat.stored_at < cutoff:
                orphans[stat.digest] = stat.size
        for digest in read_references():
            orphans.pop(digest, None)
        waiting = sorted(orphans)
        deleted: list[Digest] = []
        for first in range(0, len(waiting), _BATCH):
            deleted += self._delete_batch(waiting[first : first + _BATCH], cutoff)
        self._blobs.tidy(cutoff)
        return SweepReport(examined, tuple(deleted), sum(orphans[digest] for digest in deleted))

    def _delete_batch(self, batch: list[Digest], cutoff: datetime) -> list[Digest]:
        deleted: list[Digest] = []
        started = self._monotonic()
        with self._blobs.claims.intend(batch):
            leased = self._blobs.claims.list_leased(cutoff)
            for digest in batch:
                if self._monotonic() - started > SWEEP_SECONDS:
                    break  # those who wait for this batch will soon take it for dead; the rest keeps
                if digest.hex not in leased and self._is_old(digest, cutoff):
                    self._blobs.delete(digest)
                    deleted.append(digest)
        return deleted

    def _is_old(self, digest: Digest, cutoff: datetime) -> bool:
        stored_at = self._blobs.stored_at(digest)
        return stored_at is not None and stored_at < cutoff
