# SPDX-License-Identifier: Apache-2.0
"""Licence headers at the beginning of files, compared word by word with what is expected.

Only letters and digits count, so every way to write a comment is understood: marks, boxes and indentation
fall away, and so do words that mark comments, such as `REM` and `dnl`. Whatever header was seen complete is
remembered as it stands, since most files of a project carry the very same bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, takewhile

from atr.formats.header_hints import find_generator, find_other_licence, is_short, may_tell_licence
from atr.formats.patterns import LinearPattern, compile_linear
from atr.formats.spdx_line import EXACT_TAG, SpdxLine, find_spdx_line

ASF_HEADER = """\
Licensed to the Apache Software Foundation (ASF) under one
or more contributor license agreements.  See the NOTICE file
distributed with this work for additional information
regarding copyright ownership.  The ASF licenses this file
to you under the Apache License, Version 2.0 (the
"License"); you may not use this file except in compliance
with the License.  You may obtain a copy of the License at

  http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing,
software distributed under the License is distributed on an
"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY
KIND, either express or implied.  See the License for the
specific language governing permissions and limitations
under the License.
"""


class HeaderState(StrEnum):
    """What the beginning of a file says about its licence."""

    COMPLETE = "complete"
    SPDX = "SPDX identifier"
    APACHE = "Apache licence of somebody else"
    INCOMPLETE = "incomplete"
    ALTERED = "altered"
    MALFORMED_SPDX = "malformed SPDX identifier"
    GENERATED = "generated"
    THIRD_PARTY = "third party"
    SHORT = "too short for a licence"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class HeaderVerdict:
    """The state of a header, and in words where it differs or what was recognised instead."""

    state: HeaderState
    detail: str = ""


_COMPLETE = HeaderVerdict(HeaderState.COMPLETE)
_MISSING = HeaderVerdict(HeaderState.MISSING)
_SHORT = HeaderVerdict(HeaderState.SHORT)
_SPDX = HeaderVerdict(HeaderState.SPDX)
_APACHE = HeaderVerdict(HeaderState.APACHE)

_WORD = re.compile(rb"[a-z0-9]+")
_LINE_MARK = re.compile(rb"(?m)^[^a-z0-9\n]*(?:rem|dnl|c)(?=[^a-z0-9])")
_FOUNDATION = re.compile(rb"(?:the )?(?:apache software foundation(?: asf)?|asf)(?= |$)")
# Left over from `LICENSE-2.0.txt`, from quotes as HTML entities, from `<p>`, `<br>` and `\n`.
_IGNORED = frozenset({b"txt", b"html", b"quot", b"ldquo", b"rdquo", b"34", b"p", b"br", b"n", b"r", b"t"})
_NAME = b"asf"
_NAME_STARTS = frozenset({b"the", b"apache", b"asf"})
_BETWEEN = r"(?:[^a-z0-9]|\n[^a-z0-9]*(?:rem|dnl|c)[^a-z0-9])+"
_WORDS_OF_START = 2
_BYTES_OF_START = 24
_MOST_STARTS = 8
_MOST_KNOWN = 64
_LONGEST_LINE = 400
_HEAD = 8 * 1024
_SHOWN = 5
_TOO_FEW = 8


def _search_words(words: list[str]) -> LinearPattern:
    """Return a search for the words with any marks of comments between them."""
    return compile_linear(_BETWEEN.join(words), ignore_case=True)


_APACHE_LICENCE = _search_words(["licensed", "under", "the", "apache", "license"])


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of a header; `end` is where it ends in the file."""

    word: bytes
    end: int


class HeaderReader:
    """Compares the beginnings of files with one expected header."""

    def __init__(self, expected: str = "", licence: str = "Apache-2.0") -> None:
        """Expect this header, or the one the ASF prescribes; `licence` is its SPDX identifier."""
        text = expected.strip() or ASF_HEADER
        self._licence = licence
        self._expected = [each.word for each in _read_tokens(text.encode()) if each.word not in _IGNORED]
        self._search = _search_words(re.findall(r"[A-Za-z0-9]+", text)[:_WORDS_OF_START])
        self._start = text.partition("\n")[0].encode()[:_BYTES_OF_START]
        self._window = 2 * len(text)
        self._good_lines: set[bytes] = set()
        self._known: list[bytes] = []

    def examine(self, head: bytes) -> HeaderVerdict:
        """Return what the first 8 KiB of a text file say about its licence."""
        at = head.find(self._start)
        if at >= 0 and (self._recall(head, at) or self._compare(head, at) is _COMPLETE):
            return _COMPLETE
        if at < 0 and self._has_good_line(head):
            return _SPDX
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            head, at = head.decode("utf-16", "ignore").encode(), -1
        if at < 0 and not may_tell_licence(head):
            return _SHORT if is_short(head) else _MISSING
        return self._examine_closely(head)

    def _recall(self, head: bytes, at: int) -> bool:
        """Tell whether the very same bytes were a complete header before; what is common comes first."""
        for place, known in enumerate(self._known):
            if head.startswith(known, at) and not _WORD.match(head[at + len(known) :][:1].lower()):
                if place:
                    self._known.insert(0, self._known.pop(place))
                return True
        return False

    def _has_good_line(self, head: bytes) -> bool:
        """Tell whether a file has the project's licence in an SPDX line; the same line is read only once."""
        at = head.find(EXACT_TAG)
        if at < 0:
            return False
        line = head[at:].partition(b"\n")[0][:_LONGEST_LINE]
        if line in self._good_lines:
            return True
        is_good = self._weigh_spdx(head) is _SPDX
        if is_good and len(line) < _LONGEST_LINE:
            self._good_lines.add(line)
        return is_good

    def _examine_closely(self, head: bytes) -> HeaderVerdict:
        first: HeaderVerdict | None = None
        for found in islice(self._search.finditer(head), _MOST_STARTS):
            verdict = self._compare(head, found.start())
            if verdict is _COMPLETE:
                return verdict
            first = first or verdict
        return first or self._weigh_spdx(head) or self._weigh_others(head)

    def _compare(self, head: bytes, at: int) -> HeaderVerdict | None:
        """Compare word by word from where the header begins; None when it is another text."""
        tokens = [each for each in _read_tokens(head[at : at + self._window]) if each.word not in _IGNORED]
        is_cut = len(head) >= _HEAD < at + self._window
        words = [each.word for each in (tokens[:-1] if is_cut else tokens)]
        expected = self._expected
        same = takewhile(lambda pair: pair[0] == pair[1], zip(words, expected, strict=False))
        count = sum(1 for _ in same)
        if count < min(_TOO_FEW, len(expected)):
            return None
        if is_cut and count == len(words) < len(expected):
            return _COMPLETE  # it begins in the first 8 KiB, and goes on after them
        if count < len(expected):
            return self._describe(count, words[count:])
        self._known.insert(0, head[at : at + tokens[count - 1].end])
        del self._known[_MOST_KNOWN:]
        return _COMPLETE

    def _describe(self, count: int, rest: list[bytes]) -> HeaderVerdict:
        """Say after which words the header differs."""
        expected = self._expected
        before, wanted = _show(expected[max(0, count - _SHOWN) : count]), _show(expected[count:])
        if _contains(rest, expected[max(count, len(expected) - _SHOWN) :]):
            detail = f"after '{before}' stands '{_show(rest)}' where '{wanted}' is expected"
            return HeaderVerdict(HeaderState.ALTERED, detail)
        return HeaderVerdict(HeaderState.INCOMPLETE, f"after '{before}' the words '{wanted}' are missing")

    def _weigh_spdx(self, head: bytes) -> HeaderVerdict | None:
        match find_spdx_line(head, self._licence):
            case None:
                return None
            case SpdxLine(expression, is_valid=False):
                return HeaderVerdict(HeaderState.MALFORMED_SPDX, f"'{expression}' is no SPDX expression")
            case SpdxLine(expression) if self._licence.lower() in re.split(r"[\s()]", expression.lower()):
                return _SPDX
            case SpdxLine(expression):
                return HeaderVerdict(HeaderState.THIRD_PARTY, expression)

    def _weigh_others(self, head: bytes) -> HeaderVerdict:
        if _APACHE_LICENCE.search(head) is not None:
            return _APACHE
        generator = find_generator(head)
        if generator is not None:
            return HeaderVerdict(HeaderState.GENERATED, generator)
        other = find_other_licence(head)
        if other is not None:
            return HeaderVerdict(HeaderState.THIRD_PARTY, other)
        return _SHORT if is_short(head) else _MISSING


def _read_tokens(text: bytes) -> list[_Token]:
    """Return the words in lower case; the ASF's name is one word, whichever way it is written."""
    lower = _LINE_MARK.sub(_blank, text.lower().replace(b"https:", b"http: "))
    tokens = [_Token(match[0], match.end()) for match in _WORD.finditer(lower)]
    return list(_join_names(tokens))


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def _join_names(tokens: list[_Token]) -> Iterator[_Token]:
    words = [token.word for token in tokens]
    at = 0
    while at < len(words):
        found = _FOUNDATION.match(b" ".join(words[at : at + 5])) if words[at] in _NAME_STARTS else None
        length = 1 if found is None else found[0].count(b" ") + 1
        yield tokens[at] if found is None else _Token(_NAME, tokens[at + length - 1].end)
        at += length


def _contains(words: list[bytes], part: list[bytes]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def _show(words: list[bytes]) -> str:
    return " ".join(word.decode("ascii", "replace") for word in words[:_SHOWN])
