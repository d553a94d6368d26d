# SPDX-License-Identifier: Apache-2.0
"""Receiving a body of any length: in blocks, one gathered while the one before is written.

A thread is held only while a block is written, never while the network is waited for: slow senders, however
many, keep nobody else waiting, and each of them takes two blocks of memory.
"""

import asyncio
from collections.abc import AsyncIterator

from litestar.exceptions import ClientException

from atr.web.parts import WebRequest

BLOCK_BYTES = 1 << 20


class BodyInterrupted(ClientException):
    """Raised when the sender went away; nobody reads this answer, what arrived before stays."""

    status_code = 400
    detail = "The connection ended before the body did."


async def gather_blocks(request: WebRequest) -> AsyncIterator[bytes]:
    """Yield the body in blocks of at least 1 MiB but the last; at least one, though it may be empty."""
    gathering = asyncio.create_task(_gather_block(request))
    try:
        is_last = False
        while not is_last:
            block, is_last = await gathering
            if not is_last:
                gathering = asyncio.create_task(_gather_block(request))
            yield block
    finally:
        gathering.cancel()


async def _gather_block(request: WebRequest) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    length = 0
    while length < BLOCK_BYTES:
        message = await request.receive()
        if message["type"] != "http.request":
            raise BodyInterrupted
        pieces.append(message["body"])
        length += len(message["body"])
        if not message["more_body"]:
            return b"".join(pieces), True
    return b"".join(pieces), False
