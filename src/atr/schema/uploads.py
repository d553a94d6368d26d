# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads on the wire."""

from pydantic import Field, StrictInt

from atr.schema.files import PathText, Sha512Text
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LARGEST_NUMBER = 2**63 - 1


class UploadCreate(WireRequest):
    """A file that is going to be sent, named by its content."""

    path: PathText
    size: StrictInt = Field(ge=0, le=LARGEST_NUMBER, description="In bytes.")
    sha512: Sha512Text


class UploadAnswer(WireAnswer):
    """An upload; with `have` there is nothing to send, because ATR has the bytes."""

    have: bool
    path: str
    size: int
    sha512: str
    id: str | None = None
    offset: int = 0
    complete: bool = False
    created_at: UtcTime | None = None
