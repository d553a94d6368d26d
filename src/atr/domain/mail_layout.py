# SPDX-License-Identifier: Apache-2.0
"""How plain mail looks: lines of 72 characters, subjects that fit, nothing that breaks out of its line."""

import re
import unicodedata
from dataclasses import dataclass
from textwrap import wrap

from atr.domain.mail import LONGEST_SUBJECT

WIDTH = 72
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a body."""

    subject: str
    body: str


def flatten(text: str) -> str:
    """Return the text on one line, fit for a header."""
    flat = _BREAKS.sub(" ", text)
    return "".join(character for character in flat if unicodedata.category(character) != "Cs").strip()


def fill(text: str) -> str:
    """Return the paragraph in lines of 72 characters; addresses and digests stay whole."""
    return "\n".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def shorten_subject(text: str) -> str:
    """Return a subject that fits, shortened at its end if need be."""
    line = flatten(text)
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 3]}..."
