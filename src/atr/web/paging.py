# SPDX-License-Identifier: Apache-2.0
"""Cursors: where a list goes on, opaque to whoever sends them back."""

import base64
import binascii
import json
from typing import Annotated

from litestar.params import QueryParameter

from atr.domain.errors import Invalid

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
_LONGEST_CURSOR = 1024

Position = tuple[str | int, ...]

CursorParameter = Annotated[
    str | None, QueryParameter(name="cursor", description="`next` of the page before.", required=False)
]
"""Annotate a handler's `cursor` with this."""

LimitParameter = Annotated[
    int, QueryParameter(name="limit", ge=1, le=LARGEST_LIMIT, description="The most items to return.")
]
"""Annotate a handler's `limit` with this and give it the default DEFAULT_LIMIT."""


def encode_cursor(*position: str | int) -> str:
    """Return the cursor of a position: the sort key of the last item shown."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, shape: tuple[type[str] | type[int], ...]) -> Position | None:
    """Return the position, None without a cursor; raise Invalid unless it has the given shape."""
    if cursor is None:
        return None
    position = _read_position(cursor)
    if position is None or len(position) != len(shape):
        raise _bad_cursor()
    if any(type(value) is not kind for value, kind in zip(position, shape, strict=True)):
        raise _bad_cursor()
    return tuple(position)


def _read_position(cursor: str) -> list[str | int] | None:
    if len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None
    return position if isinstance(position, list) else None


def _bad_cursor() -> Invalid:
    return Invalid.field("cursor", "This is not a cursor that this list gave out: start without one.")
