# SPDX-License-Identifier: Apache-2.0
"""Patterns whose search takes time linear in the text, whatever the pattern and the text are.

Archives come from strangers, and so do patterns inside them: with Python's own `re` a few bytes can keep a
program busy for hours. These are searched by RE2, which also looks for dozens of words at once.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import re2  # type: ignore[import-untyped]

_MOST_MEMORY = 8 * 1024 * 1024


class Match(Protocol):
    """Where a pattern was found."""

    def __getitem__(self, group: int, /) -> bytes:
        """Return a group, 0 being the whole."""

    def start(self) -> int:
        """Return where it begins."""

    def end(self) -> int:
        """Return where it ends."""


class LinearPattern(Protocol):
    """A compiled pattern over bytes."""

    def search(self, text: bytes, /) -> Match | None:
        """Return the first place."""

    def finditer(self, text: bytes, /) -> Iterator[Match]:
        """Yield all places."""


def compile_linear(*alternatives: str, ignore_case: bool = False) -> LinearPattern:
    """Return a pattern over bytes that fits what one of the alternatives does; `^` begins any line.

    Each byte is one character. Raise ValueError when it is no pattern.
    """
    pattern = f"(?m){'|'.join(alternatives)}"
    try:
        compiled: LinearPattern = re2.compile(
            pattern.encode("latin-1"), _make_options(ignore_case=ignore_case)
        )
    except re2.error as error:
        raise ValueError(f"'{pattern}' is no pattern: {error}") from error
    return compiled


class PatternSet:
    """Many patterns at once, each of which must fit the whole text; what cannot be used is left out."""

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        """Take patterns with a number each; several may have the same."""
        self._sets: list[tuple[Any, tuple[int, ...]]] = []
        self._compile(list(patterns))

    def _compile(self, patterns: list[tuple[int, str]]) -> None:
        """Make one set, or two halves of it where one would take too much memory."""
        compiled = re2.Set.FullMatchSet(_make_options(ignore_case=False, encoding=re2.Options.Encoding.UTF8))
        numbers = tuple(number for number, pattern in patterns if _add(compiled, pattern))
        if not numbers:
            return
        try:
            compiled.Compile()
        except re2.error:
            if len(patterns) > 1:
                middle = len(patterns) // 2
                self._compile(patterns[:middle])
                self._compile(patterns[middle:])
        else:
            self._sets.append((compiled, numbers))

    def match(self, text: str) -> list[int]:
        """Return the numbers of all patterns that fit, in their order."""
        clean = text if text.isascii() else text.encode("utf-8", "replace").decode()
        found = (numbers[at] for compiled, numbers in self._sets for at in compiled.Match(clean) or ())
        return sorted(set(found))


def _add(compiled: Any, pattern: str) -> bool:
    """Add a pattern unless it is none, or unfolds to something big, as `(.*a){100}` does."""
    try:
        re2.compile(pattern, _SMALL)
        compiled.Add(pattern)
    except re2.error:
        return False
    return True


def _make_options(*, ignore_case: bool, encoding: Any = re2.Options.Encoding.LATIN1) -> Any:
    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.encoding = encoding
    options.max_mem = _MOST_MEMORY
    options.log_errors = False
    return options


_SMALL = _make_options(ignore_case=False, encoding=re2.Options.Encoding.UTF8)
_SMALL.max_mem = 8 * 1024
