# SPDX-License-Identifier: Apache-2.0
"""What a hostile archive is: a name, a way to make it, and what must be said about it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hostile:
    """One archive; every one of the rules must be among the findings, and `harmless` ones need none."""

    title: str
    suffix: str
    make: Callable[[], bytes]
    rules: frozenset[str]

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"{self.title.replace(' ', '-')}-1.0-src{self.suffix}"


def hostile(title: str, suffix: str, make: Callable[[], bytes], *rules: str) -> Hostile:
    """Return a sample; the rules are named without `archive.`."""
    return Hostile(title, suffix, make, frozenset(f"archive.{rule}" for rule in rules))
