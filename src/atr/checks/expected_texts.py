# SPDX-License-Identifier: Apache-2.0
"""The texts that LICENSE and DISCLAIMER are compared with, word by word."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from atr.domain.check_policy import CheckPolicy
from atr.formats.licence_index import find_licences, load_index

LEAST_WORDS = 0.7  # of a disclaimer; projects change the sponsor and add a word here and there
_SEQUENCE = 3
_LEAST_COVERAGE = 0.9
_BY_HEART = frozenset({"Apache-2.0"})
_END_OF_TERMS = ["end", "of", "terms", "and", "conditions"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a LICENSE differs from what is expected: not at all, in its order, or after some words."""

    is_complete: bool
    is_first: bool
    position: int = 0
    shown: str = ""


_SAME = Comparison(is_complete=True, is_first=True)
_ELSEWHERE = Comparison(is_complete=True, is_first=False)


def compare_licence(text: str, policy: CheckPolicy) -> Comparison:
    """Compare a LICENSE with the expected one; raise LookupError when nobody knows its text.

    What follows the terms, such as an appendix on how to apply them, may be missing or filled in.
    """
    expected = _expect_words(policy)
    if not expected:
        return _compare_listed(text, policy.licence)
    words = read_words(text)
    if words[: len(expected)] == expected:
        return _SAME
    if f" {' '.join(expected)} " in f" {' '.join(words)} ":
        return _ELSEWHERE
    pairs = enumerate(zip(words, expected, strict=False))
    position = next((at for at, (one, other) in pairs if one != other), len(words))
    shown = " ".join(words[position : position + 6]) or "the end of the file"
    return Comparison(is_complete=False, is_first=False, position=position, shown=shown)


def _compare_listed(text: str, licence: str) -> Comparison:
    """Compare by the SPDX list, where names and years may be filled in anywhere."""
    found = find_licences(text, _LEAST_COVERAGE)
    at = next((at for at, match in enumerate(found) if licence in match.ids), None)
    if at is None:
        shown = " ".join(read_words(text)[:6]) or "the end of the file"
        return Comparison(is_complete=False, is_first=False, shown=shown)
    return _ELSEWHERE if at else _SAME


def _expect_words(policy: CheckPolicy) -> list[str]:
    return read_words(policy.licence_text) if policy.licence_text else _load_terms(policy.licence)


@cache
def _load_terms(licence: str) -> list[str]:
    """Return the words of the terms that ATR knows by heart; none for others that are on the SPDX list."""
    if licence not in _BY_HEART:
        if licence not in load_index().names:
            raise LookupError(f"the text of {licence} is not known; give it in the policy")
        return []
    words = read_words(_read_data(f"{licence}.txt"))
    ends = (at for at in range(len(words)) if words[at : at + len(_END_OF_TERMS)] == _END_OF_TERMS)
    return words[: next(ends, len(words))]


def share_words(text: str, expected: str) -> float:
    """Return how much of an expected text, by its file name in `data`, stands in the text (0 to 1)."""
    wanted = _load_sequences(expected)
    return len(wanted & _cut(read_words(text))) / len(wanted)


@cache
def _load_sequences(name: str) -> set[tuple[str, ...]]:
    return _cut(read_words(_read_data(name)))


def _read_data(name: str) -> str:
    """Return a text of ours; the process that examines archives must not need one late."""
    return (files("atr.checks") / "data" / name).read_text("utf-8")


def _cut(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _SEQUENCE]) for at in range(len(words) - _SEQUENCE + 1)}


def read_words(text: str) -> list[str]:
    """Return the words alone, so that neither white space nor marks nor `https` make a difference."""
    return re.findall(r"[^\W_]+", text.lower().replace("https://", "http://"))
