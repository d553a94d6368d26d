# SPDX-License-Identifier: Apache-2.0
"""What a house rule is: where it holds, how a breach is found, and a sample that it has to refuse."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.architecture.source_tree import Source

Find = Callable[[Source], Iterable[str]]

PYTHON = ("src/", "tests/", "tools/", "benchmarks/")


@dataclass(frozen=True, slots=True)
class Rule:
    """One house rule; `where` are the beginnings of the paths it holds for."""

    name: str
    find: Find
    sample: Source
    where: tuple[str, ...] = PYTHON
    suffixes: tuple[str, ...] = (".py",)

    def applies_to(self, source: Source) -> bool:
        """Tell whether the rule looks at the file."""
        return source.path.startswith(self.where) and source.path.endswith(self.suffixes)

    def list_breaches(self, source: Source) -> list[str]:
        """Return one line a breach, beginning with the place."""
        return [f"{source.path}:{breach}" for breach in self.find(source)]
