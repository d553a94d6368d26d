# SPDX-License-Identifier: Apache-2.0
"""Digests computed while bytes pass by, one pass for both."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from atr.domain.artifact import Content, Digest

BLOCK_BYTES = 1 << 20


class Hasher:
    """The running digests of a stream."""

    __slots__ = ("_sha256", "_sha512", "size")

    def __init__(self) -> None:
        self._sha512 = hashlib.sha512()
        self._sha256 = hashlib.sha256()
        self.size = 0

    def update(self, block: bytes) -> None:
        """Take in the next bytes."""
        self._sha512.update(block)
        self._sha256.update(block)
        self.size += len(block)

    def update_while_writing(self, block: bytes, descriptor: int, helper: ThreadPoolExecutor) -> None:
        """Take in the next bytes and write them; sha512, the slowest of the three, runs beside the others.

        After an error the digests are of no use, unless `size` equals what the file holds.
        """
        if len(block) < BLOCK_BYTES:
            self.update(block)
            _write_all(descriptor, block)
            return
        beside = helper.submit(self._sha512.update, block)  # hashlib and write release the interpreter lock
        self._sha256.update(block)
        self.size += len(block)
        _write_all(descriptor, block)
        beside.result()

    def content(self) -> Content:
        """Return what has been taken in so far."""
        return Content(
            Digest("sha512", self._sha512.hexdigest()), Digest("sha256", self._sha256.hexdigest()), self.size
        )


def write_hashed(chunks: Iterable[bytes], hasher: Hasher, descriptor: int) -> None:
    """Write everything to the file and take it in; when the chunks fail, what came before is written."""
    with ThreadPoolExecutor(1) as helper:
        for block in gather_blocks(chunks):
            hasher.update_while_writing(block, descriptor, helper)


def hash_chunks(chunks: Iterable[bytes]) -> Content:
    """Return the content of the chunks."""
    hasher = Hasher()
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.content()


def gather_blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Return the same bytes in blocks of 1 MiB or more; when the chunks fail, what came before is last."""
    pending: list[bytes] = []
    length = 0
    try:
        for chunk in chunks:
            pending.append(chunk)
            length += len(chunk)
            if length >= BLOCK_BYTES:
                block, pending, length = b"".join(pending), [], 0
                yield block
    finally:
        if length:
            yield b"".join(pending)


def _write_all(descriptor: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]
