# SPDX-License-Identifier: Apache-2.0
"""What registries answer: JSON or else, refusals in their own words, and when to come back."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from httpx2 import Headers

from atr.domain.errors import DomainError, Refused
from atr.ports.platforms import BadCredentials, RegistryDown

_EXCERPT = 300
_AGAIN_LATER = frozenset({408, 425, 429})
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SAYING = ("message", "error", "reason", "detail", "details", "errors", "title", "summary")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer read whole; header names count in any case. It is not shown, since it may hold tokens."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    source: str = ""
    clean: Callable[[str], str] = field(default=str, repr=False, compare=False)

    def parse_json(self) -> Any:
        """Return the body as JSON; raise RegistryDown with what came instead."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("content-type", "nothing named").partition(";")[0]
            raise RegistryDown(
                f"{self.source} was answered by {kind} instead of JSON: {self.saying}"
            ) from None

    def parse_object(self) -> dict[str, Any]:
        """Return the body as a JSON object; raise RegistryDown with what came instead."""
        match self.parse_json():
            case dict() as found:
                return found
            case _:
                raise RegistryDown(f"{self.source} was not answered by a JSON object: {self.saying}")

    @property
    def saying(self) -> str:
        """Return what the registry says to people, in one short line."""
        return self.clean(excerpt(self.body))


def excerpt(body: bytes) -> str:
    """Return the telling part of a body, whether JSON, HTML or text, in one short line."""
    text = body[: 16 * 1024].decode("utf-8", "replace")
    try:
        text = _tell_json(json.loads(text)) or text
    except (ValueError, RecursionError):
        text = _tell_text(text)
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}..."


def _tell_json(found: Any) -> str:
    match found:
        case str():
            return found
        case dict():
            told = [_tell_json(found[name]) for name in _SAYING if name in found]
            return ": ".join(dict.fromkeys(each for each in told if each))
        case list():
            return "; ".join(filter(None, map(_tell_json, found)))
        case _:
            return ""


def _tell_text(text: str) -> str:
    if "<" not in text:
        return text
    title = _TITLE.search(text)
    return unescape(title[1] if title else _TAGS.sub(" ", text))


def translate_status(answer: Answer, patience: float) -> DomainError:
    """Return the error that an unexpected status stands for; `patience` caps Retry-After."""
    explain = f"{answer.source} was answered by {answer.status}: {answer.saying or 'without a word'}"
    if answer.status in _AGAIN_LATER or answer.status >= 500:
        return RegistryDown(explain, read_retry_after(answer.headers, patience))
    if answer.status in {401, 403}:
        return BadCredentials(explain)
    return Refused(explain)


def read_retry_after(headers: Headers, most: float) -> float | None:
    """Return the seconds of Retry-After, from a number or a date (RFC 9110, 10.2.3), at most `most`."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), most)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), most)
