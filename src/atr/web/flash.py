# SPDX-License-Identifier: Apache-2.0
"""Messages that survive one redirect, in a signed cookie."""

import base64
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from litestar.datastructures import Cookie

from atr.web.parts import WebParts

FLASH_COOKIE = "atr_flash"
_LIFETIME_SECONDS = 120
_MOST_MESSAGES = 3
_LONGEST_TEXT_BYTES = 600


class Tone(StrEnum):
    """How a message, a badge or a notice is meant."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Flash:
    """One message for the next page."""

    text: str
    tone: Tone = Tone.GOOD


def make_flash_cookie(parts: WebParts, flashes: Iterable[Flash]) -> Cookie:
    """Return the cookie that carries the messages to the next page; long ones are cut short."""
    entries = [{"text": _shorten(flash.text), "tone": str(flash.tone)} for flash in flashes][:_MOST_MESSAGES]
    return _make_cookie(parts, _sign(parts, entries), _LIFETIME_SECONDS)


def end_flash_cookie(parts: WebParts) -> Cookie:
    """Return the cookie that makes the browser forget messages it has shown."""
    return _make_cookie(parts, "", 0)


def read_flashes(parts: WebParts, cookie: str | None) -> tuple[Flash, ...]:
    """Return the messages in the cookie; none if it was not made by us."""
    payload, _, signature = (cookie or "").partition(".")
    if not hmac.compare_digest(signature, _make_signature(parts, payload)):
        return ()
    entries = json.loads(base64.urlsafe_b64decode(payload))
    return tuple(Flash(entry["text"], Tone(entry["tone"])) for entry in entries)


def _shorten(text: str) -> str:
    kept = text.encode()[:_LONGEST_TEXT_BYTES].decode(errors="ignore")
    return text if kept == text else f"{kept} …"


def _sign(parts: WebParts, entries: list[dict[str, str]]) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(entries, ensure_ascii=False).encode()).decode()
    return f"{payload}.{_make_signature(parts, payload)}"


def _make_signature(parts: WebParts, payload: str) -> str:
    return hmac.digest(parts.csrf_secret.encode(), b"flash:" + payload.encode(), "sha256").hex()


def _make_cookie(parts: WebParts, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=FLASH_COOKIE,
        value=value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=parts.secure_cookies,
    )
