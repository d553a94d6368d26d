# SPDX-License-Identifier: Apache-2.0
"""Licence texts as words, so that nothing but the words makes a difference.

White space, marks of comments, quotes, list numbers, `https`, spelling (`licence`) and lines that merely say
who holds the copyright differ between two copies of the same licence; see the SPDX matching guidelines.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_COPYRIGHT_LINE = re.compile(
    r"(?m)^(?:rem|dnl)?[^\w\n(©]*(?:(?:portions )?copyright[ \t]*(?:\(c\)|©|&copy;|[<\[{:,]|[0-9]{4}|by\b)"
    r"|\(c\)[ \t]|©|all rights reserved)[^\n]{0,200}$"
)
_LIST_MARK = re.compile(r"(?m)^[^\w\n]*\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,4})[.)][ \t]")
_LINE_WORD = re.compile(r"(?m)^[ \t]*(?:rem|dnl)\b")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text that count, and where each begins in the text."""

    words: list[str]
    starts: list[int]


def plain_text(text: str) -> str:
    """Return the text in lower case, what does not count blanked out; as long as the original."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capital letters become two
        lower = "".join(low if len(low := each.lower()) == 1 else each for each in text)
    lower = lower.replace("licence", "license").replace("https://", "http:// ")
    if "copyright" in lower or "(c)" in lower or "©" in lower or "all rights" in lower:
        lower = _COPYRIGHT_LINE.sub(_blank_names, lower)
    if "rem" in lower or "dnl" in lower:
        lower = _LINE_WORD.sub(_blank, lower)
    return _LIST_MARK.sub(_blank, lower)


def _blank_names(match: re.Match[str]) -> str:
    """Return blanks for a line of names; a line that goes on with the licence stays."""
    line = match[0]
    return line if "licens" in line or "permission" in line or "redistribut" in line else " " * len(line)


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def split_words(text: str) -> list[str]:
    """Return the words that count."""
    return _WORD.findall(plain_text(text))


def read_words(text: str) -> list[str]:
    """Return all words, for what is said about a licence in passing, perhaps after a copyright."""
    return _WORD.findall(text.lower().replace("licence", "license"))


def locate_words(text: str) -> Words:
    """Return the words that count with their places."""
    words: list[str] = []
    starts: list[int] = []
    for match in _WORD.finditer(plain_text(text)):
        words.append(match[0])
        starts.append(match.start())
    return Words(words, starts)
