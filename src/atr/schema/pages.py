# SPDX-License-Identifier: Apache-2.0
"""Lists that come in pages."""

from typing import Generic, TypeVar

from pydantic import Field

from atr.schema.wire import WireAnswer

T = TypeVar("T")


class ItemPage(WireAnswer, Generic[T]):
    """Some items of a list and the cursor of the following ones."""

    items: tuple[T, ...]
    next: str | None = Field(
        default=None, description="Send it as `cursor` to read on; null at the end of the list."
    )
