# SPDX-License-Identifier: Apache-2.0
"""What forms are made of beside plain text: ticks, several words in one field, days, places."""

from datetime import UTC, date, datetime
from typing import Annotated

from litestar.datastructures import UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict

from atr.domain.errors import Invalid


class PageForm(BaseModel):
    """A form of a page: nothing that it does not know, and no space around what was typed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _list_ticks(given: object) -> object:
    return [given] if isinstance(given, str) else given


def _split_words(given: object) -> object:
    return given.replace(",", " ").replace(";", " ").split() if isinstance(given, str) else given


Ticks = Annotated[tuple[str, ...], BeforeValidator(_list_ticks)]
"""Any of several choices; a browser sends one as text and none not at all."""

SeveralWords = BeforeValidator(_split_words)
"""Annotate a tuple with this to have it read from words between spaces, commas or lines."""


def _split_lines(given: object) -> object:
    if not isinstance(given, str):
        return given
    return [line.strip() for line in given.splitlines() if line.strip()]


SeveralLines = BeforeValidator(_split_lines)
"""Annotate a tuple with this to have it read from lines; empty ones are left out."""


def read_day(name: str, text: str) -> datetime | None:
    """Return the moment that a day or a time begins, in UTC; None for no text; raise Invalid for another."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.field(name, "Write a day such as 2026-11-21.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def is_day(text: str) -> bool:
    """Tell whether the text is a day without a time."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-21")


def _read_upload(given: object) -> object:
    return given.file.read() if isinstance(given, UploadFile) else given


FileBytes = Annotated[bytes, BeforeValidator(_read_upload)]
"""A file that was sent along, as its bytes; a browser that sends none sends an empty one."""
