# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads into every kind of store."""

import os
from pathlib import Path

from atr.storage.places import Storage
from atr.storage.spool import DiskSpool


def test_what_arrived_in_pieces_is_stored_as_one(storage: Storage, tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 9
    spool = DiskSpool(tmp_path / "store" / "spool")
    middle = spool.append("u1", 0, [data[:10], data[10:3_000_000]])
    assert spool.append("u1", middle, [data[middle:]], limit=len(data)) == len(data)
    content = spool.finish("u1", storage.blobs)
    assert b"".join(storage.blobs.open(content.sha512).iterate()) == data
    assert spool.finish("u1", storage.blobs) == content == storage.blobs.verify(content.sha512)
    spool.discard("u1")
    assert storage.blobs.has(content.sha512)
