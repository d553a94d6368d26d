# SPDX-License-Identifier: Apache-2.0
"""Static files: read once, served under the digest of them all, cached by browsers for ever."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from atr.domain.errors import NotFound
from atr.web.parts import WebRequest
from atr.web.security import POLICY_HEADER, WORKER_POLICY

STATIC_DIRECTORY = Path(__file__).parent / "static"
STATIC_PATH = "/static"
STYLESHEET = "atr.css"
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "public, no-cache"
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
_SQUEEZABLE = frozenset({".css", ".js", ".svg", ".txt"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file; `squeezed` is its gzip form where that is smaller."""

    content_type: str
    content: bytes
    squeezed: bytes | None


class Assets:
    """All static files in memory; one digest over names and bytes is part of every address."""

    def __init__(self, directory: Path = STATIC_DIRECTORY) -> None:
        self._assets: Mapping[str, Asset] = MappingProxyType(_read_assets(directory))
        self.digest = _digest_assets(self._assets)

    def find(self, name: str) -> Asset:
        """Return the file, or raise NotFound."""
        try:
            return self._assets[name]
        except KeyError:
            raise NotFound("static file", name) from None

    def address(self, name: str) -> str:
        """Return the address that changes whenever any static file does; raise NotFound for a wrong name."""
        self.find(name)
        return f"{STATIC_PATH}/{self.digest}/{name}"

    def make_handler(self) -> HTTPRouteHandler:
        """Return the handler that serves the files."""

        @get(
            f"{STATIC_PATH}/{{digest:str}}/{{name:path}}",
            sync_to_thread=False,
            include_in_schema=False,
            name="static",
        )
        def serve_asset(request: WebRequest, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
            return self._serve(request, digest, name.removeprefix("/"))

        return serve_asset

    def _serve(self, request: WebRequest, digest: str, name: str) -> Response[bytes]:
        asset = self.find(name)
        current = digest == self.digest
        headers = {
            "cache-control": _IMMUTABLE if current else _REVALIDATE,
            "vary": "accept-encoding",
            POLICY_HEADER: WORKER_POLICY,
        }
        content = asset.content
        if asset.squeezed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            content = asset.squeezed
        return Response(content, media_type=asset.content_type, headers=headers)


def _read_assets(directory: Path) -> dict[str, Asset]:
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    contents = {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}
    # The stylesheet is written in parts and sent as one, in the order of their names.
    parts = [name for name in contents if name.startswith("css/")]
    contents[STYLESHEET] = b"\n".join(contents.pop(name) for name in parts)
    return {name: _make_asset(name, content) for name, content in contents.items()}


def _make_asset(name: str, content: bytes) -> Asset:
    suffix = PurePosixPath(name).suffix
    content_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    squeezed = gzip.compress(content, 9, mtime=0) if suffix in _SQUEEZABLE else None
    return Asset(content_type, content, squeezed if squeezed and len(squeezed) < len(content) else None)


def _digest_assets(assets: Mapping[str, Asset]) -> str:
    digest = hashlib.sha256()
    for name, asset in assets.items():
        digest.update(f"{name}\0{len(asset.content)}\0".encode())
        digest.update(asset.content)
    return digest.hexdigest()[:16]
