# SPDX-License-Identifier: Apache-2.0
"""Which licence the header of a source file states.

Three steps, each only where the one before says it is worth it: a few byte searches over the head of the
file, the comments it begins with, and in them an SPDX tag, the text of a licence, or words that put the file
under one.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from atr.domain.errors import Invalid
from atr.formats.licence_exceptions import add_exception
from atr.formats.licence_expression import parse_expression, write_expression
from atr.formats.licence_index import find_licences
from atr.formats.licence_names import NamedLicence, find_names, reduce_words, same_family
from atr.formats.licence_words import read_words

HINT_BYTES = 3072
_HINTS = (b"licen", b"permission", b"redistribut", b"public domain", b"public\n")  # a line may end between
_SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n\r]{1,200})")
_SPDX_END = re.compile(r"\s*(?:\*/|-->|\*\)|-\}|#\}|--\]\]|\"\"\"|''').*$|[\s*#;\"'-]+$")
_TEXTS = (
    "redistribution and use",
    "permission is hereby",
    "permission to use",
    "permission to copy",
    "permission is granted",
    "is provided 'as-is'",
    "unencumbered software",
)
_LINE_MARKS = (
    "#",
    "//",
    "--",
    ";",
    "%",
    "!",
    "'",
    "dnl",
    "rem ",
    "REM ",
    "@rem ",
    "::",
    '.\\"',
    "..",
    "__license__",
)
_BLOCKS = {
    "/*": "*/",
    "<!--": "-->",
    '"""': '"""',
    "'''": "'''",
    'r"""': '"""',
    "{-": "-}",
    "(*": "*)",
    "#|": "|#",
    "<#": "#>",
    "=begin": "=end",
    "=pod": "=cut",
    "{{!": "}}",
    "<%": "%>",
    "@*": "*@",
    "{#": "#}",
    "--[[": "]]",
}
_OPENINGS = tuple(_BLOCKS)
_MOST_LINES = 250
_MOST_CODE = 8
_SHORT = 60  # words; so short a comment names a licence for nothing else
_TRIGGERS = frozenset(
    {
        "license", "licensed", "licenses", "licensing", "under", "terms", "released", "distributed",
        "subject", "governed", "dual", "dually", "available",
    }
)  # fmt: skip
_NOT_MEANT = frozenset({"compatible", "not", "unlike", "incompatible", "derived", "formerly", "previously"})
_CHOICES = frozenset({"dual", "dually", "triple", "alternatively", "alternative"})
_REACH = 10  # words before a name
_NEAR = 6  # words between two names


def has_licence_hint(head: bytes) -> bool:
    """Tell, in a few microseconds, whether the head of a file may state a licence."""
    part = head[:HINT_BYTES].lower()
    licence, permission, redistribution, public, broken = _HINTS
    found = (
        licence in part or permission in part or redistribution in part or public in part or broken in part
    )
    return found and b"\0" not in part


def classify_header(text: str) -> tuple[str, ...]:
    """Return the licences that the header of a file states, as SPDX ids or expressions that all apply."""
    comments = extract_comments(text)
    return _classify(comments) if comments else ()


def extract_comments(text: str) -> str:
    """Return the comments that a file begins with; a few lines of code may stand among them."""
    kept: list[str] = []
    closing, code = "", 0
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if code > _MOST_CODE:
            break
        words = line.strip()
        if not closing and words:
            opening = _find_opening(words)
            closing = _BLOCKS.get(opening, "")
            words = words[len(opening) :]
            if not opening and not words.startswith(_LINE_MARKS):
                code += 1
                continue
        if closing and (end := words.find(closing)) >= 0:
            words, closing = words[:end], ""
        kept.append(words)
    return "\n".join(kept).strip()


def _find_opening(line: str) -> str:
    """Return the mark that opens a comment of several lines, or nothing."""
    if not line.startswith(_OPENINGS):
        return ""
    return max((each for each in _OPENINGS if line.startswith(each)), key=len)


@lru_cache(maxsize=1024)
def _classify(comments: str) -> tuple[str, ...]:
    if (tags := _SPDX.findall(comments)) and (stated := _read_tags(tags)):
        return stated
    begin = _find_text(comments.lower())
    full = () if begin is None else _find_full(comments[begin:])
    stating = comments[:begin] if full else comments  # below a text, prose of the program begins
    words = reduce_words(read_words(stating.replace(".php", " ")))
    named = [each for each in find_names(words) if _is_stated(words, each)]
    return _join(words, named, full)


def _find_text(lower: str) -> int | None:
    """Return where the text of a licence may begin."""
    return min((at for start in _TEXTS if (at := lower.find(start)) >= 0), default=None)


@lru_cache(maxsize=256)
def _find_full(text: str) -> tuple[str, ...]:
    """Return the licences whose text stands there; files that differ in what is above share the answer."""
    return tuple(dict.fromkeys(match.id for match in find_licences(text)))


def _read_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return the expressions of the tags; what cannot be read is passed over."""
    stated = []
    for tag in tags:
        try:
            stated.append(write_expression(parse_expression(_SPDX_END.sub("", tag).strip())))
        except Invalid:
            continue
    return tuple(dict.fromkeys(stated))


def _is_stated(words: Sequence[str], named: NamedLicence) -> bool:
    """Tell whether the words before a name put the file under the licence."""
    before = words[max(0, named.first - _REACH) : named.first]
    if not _NOT_MEANT.isdisjoint(before[-4:]):
        return False
    return len(words) <= _SHORT or not _TRIGGERS.isdisjoint((*before, *words[named.first : named.after]))


def _join(words: Sequence[str], named: Sequence[NamedLicence], full: tuple[str, ...]) -> tuple[str, ...]:
    """Return the licences that apply together; a choice between them is one expression."""
    ids = [each for each in _settle(named) if not any(same_family(each.id, text) for text in full)]
    licences = (*full, *dict.fromkeys(add_exception(each.id, words) for each in ids))
    return (" OR ".join(licences),) if len(licences) > 1 and _is_choice(words, ids) else licences


def _is_choice(words: Sequence[str], named: Sequence[NamedLicence]) -> bool:
    return not _CHOICES.isdisjoint(words) or any(
        other.first - one.after <= _NEAR and "or" in words[one.after : other.first]
        for one, other in pairwise(named)
    )


def _settle(named: Sequence[NamedLicence]) -> list[NamedLicence]:
    """Return the first name of each family: a header repeats names without their versions."""
    kept: dict[str, NamedLicence] = {}
    for each in named:
        kept.setdefault(each.id.partition("-")[0], each)
    if len(kept) > 1 and "Unlicense" in kept:
        kept.pop("LicenseRef", None)  # its text speaks of the public domain
    return list(kept.values())
