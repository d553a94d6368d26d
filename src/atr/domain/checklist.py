# SPDX-License-Identifier: Apache-2.0
"""A release checklist as things to tick: each item of a Markdown list is one (voting.md, section 1)."""

import re
from dataclasses import dataclass

CHECKLIST_PREFIX = "checklist."
MOST_CHECKLIST_ITEMS = 40
"""How many items can be ticked; further ones are words, so that a ballot stays within its limits."""

_ITEM = re.compile(r"(?P<indent> *)(?P<mark>[-*+]|\d{1,9}[.)])(?P<space> {1,4})(?P<text>\S.*)")
_TASK = re.compile(r"\[[ xX]\]\s+")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")
_FENCE = re.compile(r" *(`{3,}|~{3,})")
_BLOCK = re.compile(r" *(?:#{1,6} |>|`{3,}|~{3,})")
_DEEPEST_BLOCK = 3


@dataclass(frozen=True, slots=True)
class ChecklistPart:
    """A piece of a checklist in Markdown: words, or with a number an item that can be ticked.

    `depth` counts the items around it, `more` is what stands under its first paragraph.
    """

    text: str
    number: int = 0
    depth: int = 0
    more: str = ""

    @property
    def name(self) -> str:
        """Return the name under which a ballot says that it was done."""
        return name_item(self.number)


def name_item(number: int) -> str:
    """Return the name of the item in the evidence of ballots, such as `checklist.2`."""
    return f"{CHECKLIST_PREFIX}{number}"


def read_checklist(text: str) -> tuple[ChecklistPart, ...]:
    """Return words and items in their order; items are numbered from 1 through all lists."""
    reader = _Reader()
    for line in text.expandtabs(4).splitlines():
        reader.feed(line.rstrip())
    return reader.end()


def list_items(text: str) -> tuple[ChecklistPart, ...]:
    """Return only what can be ticked."""
    return tuple(part for part in read_checklist(text) if part.number)


class _Reader:
    """Reads line by line; `_inner` are the columns where the content of each open item begins."""

    def __init__(self) -> None:
        self._parts: list[ChecklistPart] = []
        self._lines: list[str] = []
        self._head: list[str] = []
        self._inner: list[int] = []
        self._number = 0
        self._is_after_blank = False
        self._fence = ""

    def feed(self, line: str) -> None:
        """Take the next line."""
        if not line:
            self._is_after_blank = True
            self._lines.append("")
            return
        indent = len(line) - len(line.lstrip())
        found = None if self._fence or _RULE.fullmatch(line) else _ITEM.fullmatch(line)
        if found is not None and indent <= self._find_inner() + _DEEPEST_BLOCK:
            self._begin(found)
        else:
            self._continue(line, indent)
            self._watch_fence(line)
        self._is_after_blank = False

    def end(self) -> tuple[ChecklistPart, ...]:
        """Return everything that was read."""
        self._finish()
        return tuple(self._parts)

    def _find_inner(self) -> int:
        return self._inner[-1] if self._inner else 0

    def _begin(self, found: re.Match[str]) -> None:
        self._finish()
        self._leave(len(found["indent"]))
        self._inner.append(found.start("text"))
        self._head.append(_TASK.sub("", found["text"], count=1))

    def _leave(self, indent: int) -> None:
        while self._inner and indent < self._inner[-1]:
            self._inner.pop()

    def _continue(self, line: str, indent: int) -> None:
        is_block = bool(self._fence) or _BLOCK.match(line) is not None
        if self._head and indent < self._inner[-1] and (is_block or self._is_after_blank):
            self._finish()
            self._leave(indent)
        if self._head and not self._lines and not is_block:
            self._head.append(line.strip())
        else:
            self._lines.append(line[min(indent, self._find_inner()) :])

    def _watch_fence(self, line: str) -> None:
        opening = _FENCE.match(line)
        if self._fence:
            closes = line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0])
            self._fence = "" if closes else self._fence
        elif opening is not None:
            self._fence = opening[1]

    def _finish(self) -> None:
        text, more = "\n".join(self._head), "\n".join(self._lines).strip("\n")
        if not self._head and more:
            self._parts.append(ChecklistPart(more))
        elif self._head and self._number == MOST_CHECKLIST_ITEMS:
            self._parts.append(ChecklistPart("\n\n".join(filter(None, (f"- {text}", more)))))
        elif self._head:
            self._number += 1
            self._parts.append(ChecklistPart(text, self._number, len(self._inner) - 1, more))
        self._head, self._lines = [], []
