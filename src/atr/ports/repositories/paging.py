# SPDX-License-Identifier: Apache-2.0
"""Reading long lists piece by piece."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the cursor for the next ones; None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many items (1 to 200) after which cursor."""

    limit: int = 50
    after: str | None = None
