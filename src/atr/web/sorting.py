# SPDX-License-Identifier: Apache-2.0
"""Tables that are sorted by a column: read from the address, and written into the headings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypeVar

from atr.web.components import Column

Row = TypeVar("Row")
Sortable = str | int | datetime


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a table is sorted; in an address `files` is upwards and `-files` downwards."""

    name: str
    descending: bool = False

    @classmethod
    def read(cls, text: str, names: Iterable[str], default: str) -> Self:
        """Return the order of an address; the default for a column that is not among the names."""
        name = text.removeprefix("-")
        return cls(name, name != text) if name in names else cls(default.removeprefix("-"), default[0] == "-")

    def __str__(self) -> str:
        """Return the order as it stands in an address."""
        return f"-{self.name}" if self.descending else self.name

    def sort(self, rows: Iterable[Row], read: Callable[[Row], Sortable]) -> tuple[Row, ...]:
        """Return the rows in this order by what is read from each."""
        return tuple(sorted(rows, key=read, reverse=self.descending))


def link_columns(
    columns: Iterable[tuple[str, Column]], order: Order, locate: Callable[[str], str]
) -> tuple[Column, ...]:
    """Return the columns with headings that sort; those with an empty name do not.

    `locate` gives the address of the same list in another order; pressed again, a heading turns it round.
    """
    return tuple(_link(name, column, order, locate) if name else column for name, column in columns)


def _link(name: str, column: Column, order: Order, locate: Callable[[str], str]) -> Column:
    if name != order.name:
        return replace(column, href=locate(name))
    turned = Order(name, not order.descending)
    return replace(column, href=locate(str(turned)), sorted="descending" if order.descending else "ascending")
