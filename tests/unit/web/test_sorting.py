# SPDX-License-Identifier: Apache-2.0
"""Tables that are sorted by a column."""

import pytest

from atr.web.components import Column
from atr.web.sorting import Order, link_columns

COLUMNS = (("name", Column("Name")), ("", Column("State")), ("size", Column("Size", numeric=True)))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("name", Order("name")),
        ("-size", Order("size", descending=True)),
        ("", Order("size", descending=True)),
        ("state", Order("size", descending=True)),
        ("--name", Order("size", descending=True)),
    ],
)
def test_an_address_names_the_order_or_the_default_holds(text: str, order: Order) -> None:
    assert Order.read(text, ("name", "size"), "-size") == order
    assert Order.read(str(order), ("name", "size"), "name") == order


def test_rows_are_sorted_upwards_or_downwards() -> None:
    assert Order("name").sort("bca", str) == ("a", "b", "c")
    assert Order("name", descending=True).sort("bca", str) == ("c", "b", "a")


def test_a_heading_sorts_and_pressed_again_turns_the_order_round() -> None:
    name, state, size = link_columns(COLUMNS, Order("name"), lambda order: f"?sort={order}")
    assert (name.href, name.sorted) == ("?sort=-name", "ascending")
    assert (state.href, state.sorted) == ("", "")
    assert (size.href, size.sorted) == ("?sort=size", "")
    name, _, _ = link_columns(COLUMNS, Order("name", descending=True), lambda order: f"?sort={order}")

    assert (name.href, name.sorted) == ("?sort=name", "descending")
