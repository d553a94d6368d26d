# SPDX-License-Identifier: Apache-2.0
"""The text parts of a mail, found within limits: bombs of ten thousand parts or of depth 500 cost nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atr.formats.mail_headers import Headers, Parameterized, read_parameters, split_head
from atr.formats.mail_html import read_html
from atr.formats.mail_text import decode_text, decode_transfer, join_flowed

MOST_PARTS = 300
DEEPEST = 20
LONGEST_TEXT = 1024 * 1024
MOST_LINES = 20_000
_PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text", ""})


@dataclass(frozen=True, slots=True)
class Said:
    """What one part says, as plain text and as HTML, either of which may be missing."""

    plain: str | None
    html: str | None

    @property
    def usual(self) -> str:
        """Return what to read: the plain text if it says anything."""
        return self.plain if self.plain and self.plain.strip() else (self.html or "")


@dataclass(slots=True)
class Bounds:
    """What was left out because the mail goes beyond the limits."""

    parts: int = 0
    too_complex: bool = False
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    headers: Headers
    start: int
    end: int
    depth: int


def read_parts(data: bytes, headers: Headers, start: int, bounds: Bounds) -> tuple[Said, ...]:
    """Return what each inline text part says; attached files and attached mails are not looked into."""
    return tuple(_read_part(data, _Part(headers, start, len(data), 0), bounds))


def _read_part(data: bytes, part: _Part, bounds: Bounds) -> Iterator[Said]:
    kind = read_parameters(part.headers.get("content-type"))
    bounds.parts += 1
    if bounds.parts > MOST_PARTS or part.depth > DEEPEST:
        bounds.too_complex = True
    elif kind.value.startswith("multipart/"):
        yield from _read_multipart(data, part, kind, bounds)
    elif (kind.value in _PLAIN or kind.value == "text/html") and not _is_attached(part.headers, kind):
        yield _read_text(data, part, kind, bounds)


def _read_multipart(data: bytes, part: _Part, kind: Parameterized, bounds: Bounds) -> Iterator[Said]:
    boundary = kind.parameters.get("boundary", "").encode("latin-1", "replace")[:200]
    children = _split_parts(data, part, boundary) if boundary else iter(())
    match kind.value:
        case "multipart/signed":
            for child in children:
                yield from _read_part(data, child, bounds)
                break  # what follows is the signature
        case "multipart/encrypted" | "multipart/digest":
            return
        case "multipart/alternative":
            said = [each for child in children for each in _read_bounded(data, child, bounds)]
            yield Said(_join(each.plain for each in said), _join(each.html for each in said))
        case _:
            for child in children:
                yield from _read_bounded(data, child, bounds)
                if bounds.too_complex:
                    return


def _read_bounded(data: bytes, part: _Part, bounds: Bounds) -> Iterator[Said]:
    if not bounds.too_complex:
        yield from _read_part(data, part, bounds)


def _split_parts(data: bytes, part: _Part, boundary: bytes) -> Iterator[_Part]:
    """Find the parts one after the other; the last may lack its end."""
    begun: int | None = None
    for match in _find_delimiters(data, part, b"--" + boundary):
        if begun is not None:
            yield _begin_part(data, begun, max(begun, match.start() - 1), part.depth + 1)
        begun = match.end() + 1
        if match[1]:
            return
    if begun is not None and begun < part.end:
        yield _begin_part(data, begun, part.end, part.depth + 1)


def _find_delimiters(data: bytes, part: _Part, mark: bytes) -> Iterator[re.Match[bytes]]:
    """Find the lines that are the mark; searching for bytes is much faster than for a pattern."""
    line = re.compile(re.escape(mark) + rb"(--)?[ \t]{0,100}(?=\n|\Z)")
    at = (
        part.start if data.startswith(mark, part.start) else data.find(b"\n" + mark, part.start, part.end) + 1
    )
    while at > 0:
        match = line.match(data, at, part.end)
        if match:
            yield match
        at = data.find(b"\n" + mark, at, part.end) + 1


def _begin_part(data: bytes, start: int, end: int, depth: int) -> _Part:
    headers, body = split_head(data, start, end)
    return _Part(headers, body, end, depth)


def _is_attached(headers: Headers, kind: Parameterized) -> bool:
    disposition = headers.get("content-disposition")
    if not disposition:
        return "name" in kind.parameters
    read = read_parameters(disposition)
    return read.value == "attachment" or "filename" in read.parameters or "name" in kind.parameters


def _read_text(data: bytes, part: _Part, kind: Parameterized, bounds: Bounds) -> Said:
    size = part.end - part.start
    raw = data[part.start : min(part.end, part.start + 2 * LONGEST_TEXT)]
    raw = decode_transfer(raw, part.headers.get("content-transfer-encoding"))
    if size > 2 * LONGEST_TEXT or len(raw) > LONGEST_TEXT:
        bounds.too_long = True
        raw = raw[:LONGEST_TEXT]
    text = decode_text(raw, kind.parameters.get("charset", ""))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind.value == "text/html":
        return Said(None, _limit_lines(read_html(text), bounds))
    text = _limit_lines(text, bounds)
    if kind.parameters.get("format", "").lower() == "flowed":
        text = join_flowed(text, delete_space=kind.parameters.get("delsp", "").lower() == "yes")
    return Said(text, None)


def _limit_lines(text: str, bounds: Bounds) -> str:
    if text.count("\n") <= MOST_LINES:
        return text
    bounds.too_long = True
    return "\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])


def _join(texts: Iterator[str | None]) -> str | None:
    given = [text for text in texts if text is not None]
    return "\n".join(given) if given else None
