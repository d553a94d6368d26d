# SPDX-License-Identifier: Apache-2.0
"""Sending stored bytes: ranges, conditions and digests (RFC 9110, RFC 9530), with memory that stays flat."""

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Stream

from atr.domain.artifact import CHECKSUM_SUFFIXES, SIGNATURE_SUFFIX, Content, Digest, FileEntry
from atr.ports.blobs import BlobReader
from atr.web.conditional import is_unchanged
from atr.web.parts import WebRequest

# Uploaded content is never shown as a page of ours, whatever a browser takes it for.
_HARMLESS = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
}
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


class RangeNotSatisfiable(HTTPException):
    """Raised when a range lies behind the end of the file."""

    status_code = 416
    detail = "The range lies outside the file."


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """What to send, and how long whoever receives it may keep it."""

    entry: FileEntry
    reader: BlobReader
    cache_control: str


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Part of a file: the first byte and how many; `is_whole` when nobody asked for a part."""

    start: int
    length: int
    is_whole: bool


def send_bytes(request: WebRequest, stored: StoredBytes) -> Stream:
    """Return the file, the part of it that was asked for, or that the asker has it; answers HEAD too."""
    headers = _describe_headers(stored, tag_content(stored.entry.content))
    return send_ranges(request, stored.reader, headers, guess_media_type(stored.entry.path))


def send_ranges(request: WebRequest, reader: BlobReader, headers: dict[str, str], media_type: str) -> Stream:
    """Return the bytes of a reader, or the part of them that was asked for; `headers` have their `etag`."""
    etag = headers["etag"]
    headers = _HARMLESS | {"accept-ranges": "bytes"} | headers
    if is_unchanged(request, etag):
        return Stream(iter(()), status_code=304, headers=headers)
    size = reader.size
    part = _read_range(request, etag, size)
    headers["content-length"] = str(part.length)
    headers["content-type"] = media_type
    if not part.is_whole:
        headers["content-range"] = f"bytes {part.start}-{part.start + part.length - 1}/{size}"
    wanted = part.length > 0 and request.method != "HEAD"
    pieces = reader.iterate(part.start, part.length) if wanted else iter(())
    return Stream(pieces, status_code=200 if part.is_whole else 206, headers=headers)


def send_small(request: WebRequest, data: bytes, media_type: str, cache_control: str) -> Response[bytes]:
    """Return a text that was made for this answer, or that the asker has it; answers HEAD too."""
    digest = hashlib.sha512(data).digest()
    headers = _HARMLESS | {
        "cache-control": cache_control,
        "content-type": media_type,
        "etag": f'"{digest.hex()}"',
        "repr-digest": f"sha-512=:{base64.b64encode(digest).decode()}:",
        "vary": "accept",
    }
    if is_unchanged(request, headers["etag"]):
        return Response(b"", status_code=304, headers=headers)
    headers["content-length"] = str(len(data))
    return Response(b"" if request.method == "HEAD" else data, headers=headers)


def tag_content(content: Content) -> str:
    """Return the strong entity tag of stored bytes: their sha512."""
    return f'"{content.sha512.hex}"'


def guess_media_type(path: str) -> str:
    """Return how to declare a file: nothing that a browser would render."""
    if path.endswith(SIGNATURE_SUFFIX):
        return "application/pgp-signature"
    return "text/plain; charset=utf-8" if path.endswith(CHECKSUM_SUFFIXES) else "application/octet-stream"


def _describe_headers(stored: StoredBytes, etag: str) -> dict[str, str]:
    content, name = stored.entry.content, quote(stored.entry.path.name, safe="")
    return {
        "cache-control": stored.cache_control,
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "etag": etag,
        "repr-digest": f"sha-512={_encode(content.sha512)}, sha-256={_encode(content.sha256)}",
    }


def _encode(digest: Digest) -> str:
    """Return the digest as a byte sequence of structured fields (RFC 9651, section 3.3.5)."""
    return f":{base64.b64encode(bytes.fromhex(digest.hex)).decode()}:"


def _read_range(request: WebRequest, etag: str, size: int) -> ByteRange:
    """Return the one range asked for; several, or what is none, are ignored (RFC 9110, section 14.2)."""
    whole = ByteRange(0, size, is_whole=True)
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    unless_changed = request.headers.get("if-range", etag)
    if found is None or unless_changed != etag or not (found[1] or found[2]):
        return whole
    if found[1]:
        start = int(found[1])
        stop = min(int(found[2]) + 1, size) if found[2] else size
        if found[2] and int(found[2]) < start:
            return whole
    else:
        start, stop = max(size - int(found[2]), 0), size
    if start >= stop:
        raise RangeNotSatisfiable(headers={"content-range": f"bytes */{size}"})
    return ByteRange(start, stop - start, is_whole=False)
