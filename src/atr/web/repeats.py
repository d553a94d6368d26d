# SPDX-License-Identifier: Apache-2.0
"""Forms that are sent twice: what the first one did is not done again.

Each copy of a page has forms of its own, so that doing the same again on purpose is no repetition.
"""

import hashlib
from dataclasses import replace
from typing import Final

from litestar.di import Provide
from litestar.enums import RequestEncodingType

from atr.services.door import Door
from atr.web.parts import WebParts, WebRequest

_GUARDED_KEY: Final = "guarded_door"


def guard_forms(parts: WebParts) -> dict[str, Provide]:
    """Return what pages are given instead of the door and the parts: for a sent form, guarded ones."""

    async def provide_door(request: WebRequest) -> Door:
        return await _find_door(request, parts.door)

    async def provide_parts(request: WebRequest) -> WebParts:
        door = await _find_door(request, parts.door)
        return parts if door is parts.door else replace(parts, door=door)

    return {"door": Provide(provide_door), "parts": Provide(provide_parts)}


async def _find_door(request: WebRequest, door: Door) -> Door:
    """Return the door for the request, the same one however often it is asked for."""
    if request.method != "POST" or request.content_type[0] != RequestEncodingType.URL_ENCODED:
        # Files are taken into a revision of which they name the base, so that the second is refused.
        return door
    state = request.scope["state"]
    if _GUARDED_KEY not in state:
        state[_GUARDED_KEY] = door.guard(_digest_form(request.scope["path"], await request.body()))
    found: Door = state[_GUARDED_KEY]
    return found


def _digest_form(path: str, body: bytes) -> str:
    return hashlib.sha256(path.encode() + b"\n" + body).hexdigest()
