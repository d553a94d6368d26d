# SPDX-License-Identifier: Apache-2.0
"""Receiving a body of any length: in blocks, one gathered while the one before is written.

A thread is held only while a block is written, never while the network is waited for: slow senders, however
many, keep nobody else waiting, and each of them takes two blocks of memory.
"""

import asyncio
from collections.abc import AsyncIterator
from enum import Enum

from litestar.exceptions import ClientException

from atr.web.parts import WebRequest

BLOCK_BYTES = 1 << 20


class BodyInterrupted(ClientException):
    """Raised when the sender went away; nobody reads this answer, what arrived before stays."""

    status_code = 400
    detail = "The connection ended before the body did."


class _Ending(Enum):
    """How a block ended."""

    FULL = "full"
    LAST = "last"
    BROKEN = "broken"


async def gather_blocks(request: WebRequest) -> AsyncIterator[bytes]:
    """Yield the body in blocks of at least 1 MiB but the last; at least one, though it may be empty.

    When the sender goes away, what arrived is yielded before BodyInterrupted is raised.
    """
    gathering = asyncio.create_task(_gather_block(request))
    ending = _Ending.FULL
    try:
        while ending is _Ending.FULL:
            block, ending = await gathering
            if ending is _Ending.FULL:
                gathering = asyncio.create_task(_gather_block(request))
            yield block
    finally:
        gathering.cancel()
    if ending is _Ending.BROKEN:
        raise BodyInterrupted


async def _gather_block(request: WebRequest) -> tuple[bytes, _Ending]:
    pieces: list[bytes] = []
    length, ending = 0, _Ending.FULL
    while length < BLOCK_BYTES and ending is _Ending.FULL:
        message = await request.receive()
        if message["type"] != "http.request":
            ending = _Ending.BROKEN
        else:
            pieces.append(message["body"])
            length += len(message["body"])
            ending = _Ending.FULL if message["more_body"] else _Ending.LAST
    return b"".join(pieces), ending
