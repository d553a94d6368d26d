# SPDX-License-Identifier: Apache-2.0
"""What a fixture of a rule is: a change to a good release, and whether the rule must see it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.unit.checks.examination import Release


@dataclass(frozen=True, slots=True)
class Case:
    """One fixture: `build` changes a good release; `finds` tells whether the rule must find something."""

    rule: str
    title: str
    build: Callable[[Release], object]
    finds: bool

    @property
    def name(self) -> str:
        """Return the name of the test, a sentence."""
        verb = "finds" if self.finds else "lets pass"
        return f"{self.rule} {verb} {self.title}"
