# SPDX-License-Identifier: Apache-2.0
"""Windows in which pages are looked at: narrow and wide, light and dark."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Screen:
    """A size of window and a colour scheme."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


SCREENS = (
    Screen("wide-light", 1360, 900, "light"),
    Screen("wide-dark", 1360, 900, "dark"),
    Screen("narrow-light", 390, 844, "light"),
    Screen("narrow-dark", 390, 844, "dark"),
)
