# SPDX-License-Identifier: Apache-2.0
"""What is looked at in an announcement before it is sent; none of it stops anybody who means it so."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from atr.domain.mail import LONGEST_SUBJECT, is_one_line
from atr.domain.names import MailAddress

_LONGEST_LINE = 100
_LONG_WORD = 60
_LEFT_OVER = re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b")
_VARIABLE = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True, slots=True)
class Draft:
    """An announcement as it would be sent, with the facts it is about."""

    to: tuple[MailAddress, ...]
    subject: str
    body: str
    version: str
    folder_url: str
    keys_url: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was looked at, in a sentence, and whether it is as it should be."""

    sentence: str
    holds: bool


_Look = tuple[Callable[[Draft], bool], str, str]
_LOOKS: tuple[_Look, ...] = (
    (lambda draft: bool(draft.to), "Somebody gets it.", "Nobody gets it: name an address."),
    (
        lambda draft: is_one_line(draft.subject) and len(draft.subject) <= LONGEST_SUBJECT,
        "The subject is one line that fits.",
        f"The subject has to be one line of at most {LONGEST_SUBJECT} characters.",
    ),
    (
        lambda draft: draft.version in draft.subject,
        "The subject names the version.",
        "The subject does not name the version.",
    ),
    (
        lambda draft: draft.folder_url in draft.body,
        "The text says where the files are.",
        "The text does not say where the files are: write {{ folder_url }}.",
    ),
    (
        lambda draft: draft.keys_url in draft.body,
        "The text says where the keys are.",
        "The text does not say where the keys are: write {{ verification }}.",
    ),
    (
        lambda draft: not _VARIABLE.search(f"{draft.subject}\n{draft.body}"),
        "Every variable is filled in.",
        "Something stands between double braces that is no variable: it is sent as it is.",
    ),
    (
        lambda draft: not _LEFT_OVER.search(f"{draft.subject}\n{draft.body}"),
        "Nothing is marked as unfinished.",
        "Something is marked as unfinished: TODO, FIXME, TBD or XXX.",
    ),
    (
        lambda draft: not any(_list_long_lines(draft.body)),
        "Every line fits into a reader's window.",
        f"There are lines of more than {_LONGEST_LINE} characters: break them.",
    ),
)


def review_announcement(draft: Draft) -> tuple[Remark, ...]:
    """Return everything that was looked at."""
    looked = ((holds(draft), good, bad) for holds, good, bad in _LOOKS)
    return tuple(Remark(good if holds else bad, holds) for holds, good, bad in looked)


def _list_long_lines(body: str) -> Iterator[str]:
    """List lines that could be broken: what consists of an address or a digest cannot."""
    for line in body.split("\n"):
        if len(line) > _LONGEST_LINE and not any(len(word) >= _LONG_WORD for word in line.split()):
            yield line
