# SPDX-License-Identifier: Apache-2.0
"""Windows in which pages are looked at: narrow and wide, each in light and dark."""

from dataclasses import dataclass
from typing import Literal

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Screen:
    """A size of window, and its colour schemes; it is examined for barriers in the last of them."""

    name: str
    width: int
    height: int
    schemes: tuple[Scheme, Scheme]


SCREENS = (
    Screen("wide", 1360, 900, ("dark", "light")),
    Screen("narrow", 390, 844, ("light", "dark")),
)
