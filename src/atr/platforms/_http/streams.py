# SPDX-License-Identifier: Apache-2.0
"""Reading bodies: whole but limited, or as a stream of which only the digests are kept."""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from httpx2 import Response

from atr.domain.artifact import Content, Digest
from atr.ports.platforms import RegistryDown

_BLOCK_BYTES = 1 << 20


def read_whole(response: Response, source: str, most: int, seconds: float) -> bytes:
    """Return the decoded body; raise RegistryDown if it is larger or takes longer."""
    deadline = time.monotonic() + seconds
    chunks, size = [], 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > most:
            raise RegistryDown(f"{source} was answered by more than {most} bytes, which is not read.")
        if time.monotonic() > deadline:
            raise RegistryDown(f"{source} was not answered whole within {seconds:g} seconds.")
        chunks.append(chunk)
    return b"".join(chunks)


def keep_pace(response: Response, source: str, grace: float, slowest: int) -> Iterator[bytes]:
    """Yield the body as it travels, in blocks of 1 MiB; raise RegistryDown when it only trickles."""
    began, size = time.monotonic(), 0
    pending: list[bytes] = []
    waiting = 0
    for chunk in response.iter_raw():
        pending.append(chunk)
        waiting += len(chunk)
        size += len(chunk)
        if time.monotonic() - began > grace + size / slowest:
            raise RegistryDown(f"{source} was answered by fewer than {slowest} bytes a second: given up.")
        if waiting >= _BLOCK_BYTES:
            block, pending, waiting = b"".join(pending), [], 0
            yield block
    yield b"".join(pending)


def digest_blocks(blocks: Iterator[bytes]) -> Content:
    """Return both digests and the size; sha512 runs beside the reading, at most one block behind."""
    sha512, sha256, size = hashlib.sha512(), hashlib.sha256(), 0
    beside: Future[None] | None = None
    with ThreadPoolExecutor(1) as helper:
        for block in blocks:
            if beside is not None:
                beside.result()
            beside = helper.submit(sha512.update, block)  # hashlib releases the interpreter lock
            sha256.update(block)
            size += len(block)
    return Content(Digest("sha512", sha512.hexdigest()), Digest("sha256", sha256.hexdigest()), size)
