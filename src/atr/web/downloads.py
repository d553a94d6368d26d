# SPDX-License-Identifier: Apache-2.0
"""The public coordinates: files, `latest`, `KEYS`, and releases as data (product.md, section 6)."""

from typing import assert_never
from urllib.parse import quote

from litestar import HttpMethod, Response, route
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from atr.domain.coordinates import Coordinate, KeysCoordinate, parse_coordinate
from atr.domain.errors import Invalid, NotFound
from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, ReleaseKey
from atr.services.downloads import Download, Elsewhere, FindDownload, Metadata, ReadKeys, StoredFile
from atr.web.parts import TheDoor, WebRequest
from atr.web.sending import StoredBytes, send_bytes, send_small

_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=60"
_ASK_AGAIN = "no-cache"


def send_download(request: WebRequest, door: TheDoor, path: FromPath[str]) -> Response[bytes] | Stream:
    """Send what stands at a public coordinate, or the way to it."""
    place = request.scope["path"].rstrip("/")
    del path  # the stage before it belongs to the coordinate too
    short = _leave_out_main(place)
    if short is not None:
        return _point_to(short, _SHORTLY, 308)
    coordinate = _parse_place(place)
    if isinstance(coordinate, KeysCoordinate):
        return _send_keys(request, door.ask(request.user, ReadKeys(coordinate)))
    return _answer(request, coordinate, door.ask(request.user, FindDownload(coordinate)))


DOWNLOADS: tuple[ControllerRouterHandler, ...] = tuple(
    route(
        f"/{stage}/{{path:path}}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        sync_to_thread=True,
        include_in_schema=False,
    )(send_download)
    for stage in Stage
)
"""One handler a stage, so that each of its addresses begins with a word of its own."""


def make_page_path(key: ReleaseKey) -> str:
    """Return the path of a release's page; `main` is written out there."""
    return f"/releases/{quote(key.storage_key)}"


def _answer(request: WebRequest, asked: Coordinate, found: Download) -> Response[bytes] | Stream:
    match found:
        case StoredFile():
            lifetime = _FOR_EVER if found.is_final else _ASK_AGAIN
            return send_bytes(request, StoredBytes(found.entry, found.reader, lifetime))
        case Elsewhere():
            return _point_to(found.coordinate.url_path, _SHORTLY, 302)
        case Metadata() if asked.file is None and not _wants_json(request):
            return _point_to(make_page_path(found.release.key), _ASK_AGAIN, 303)
        case Metadata():
            return send_small(request, found.data, "application/json", _ASK_AGAIN)
        case _:
            assert_never(found)


def _send_keys(request: WebRequest, keys: bytes) -> Response[bytes]:
    return send_small(request, keys, "text/plain; charset=utf-8", _ASK_AGAIN)


def _point_to(path: str, lifetime: str, status: int) -> Response[bytes]:
    headers = {"location": path, "cache-control": lifetime, "vary": "accept"}
    return Response(b"", status_code=status, headers=headers, media_type="text/plain")


def _wants_json(request: WebRequest) -> bool:
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _leave_out_main(place: str) -> str | None:
    """Return the canonical path of one that writes out the main product line."""
    match place.split("/"):
        case ["", stage, project, product, *rest] if product == MAIN and rest:
            return quote("/".join(["", stage, project, *rest]))
    return None


def _parse_place(place: str) -> Coordinate | KeysCoordinate:
    try:
        return parse_coordinate(place)
    except Invalid:
        raise NotFound("file at", place) from None
