# SPDX-License-Identifier: Apache-2.0
"""What a LICENSE file says after the project's own licence: sections about parts of third parties."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atr.domain.errors import Invalid
from atr.domain.licence import list_licences
from atr.formats.licence_expression import parse_expression
from atr.formats.licence_index import LicenceMatch, find_licences
from atr.formats.licence_names import find_names, reduce_words
from atr.formats.licence_words import read_words

_RULE = re.compile(r"\s*[-=*#_+~]{2}[-\s=*#_+~]*")
_HEADING = re.compile(r"#{1,6} +\S")
_PATH = re.compile(r"[\w.@+~/-]+")
_LEGAL_WORD = re.compile(r"licen[sc]e|copying|notice", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([A-Za-z0-9.+ -]{2,80})\)")
_TAG = re.compile(
    r"(?im)^[^\w\n]*(?:spdx-license-identifier|licen[sc]e)[ \t]*:[ \t]*([A-Za-z0-9.+() -]{2,80})$"
)
_APPENDIX = re.compile(
    r"\W{0,400}(?:END OF TERMS AND CONDITIONS\W{0,400})?(?:APPENDIX: )?How to apply.{0,2000}?"
    r"limitations\W{1,50}under\W{1,50}the\W{1,50}License\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"https?://\S+")
_LONGEST = 1024 * 1024
_LONGEST_PATH = 300
_MOST_SECTIONS = 2000


@dataclass(frozen=True, slots=True)
class LicenceSection:
    """One section: its first line, the licences it contains or names, and the files it points to."""

    title: str
    licences: tuple[str, ...]
    pointers: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class LicenceDocument:
    """A LICENSE file: what stands after the project's own licence, as a whole and in sections."""

    rest: str
    sections: tuple[LicenceSection, ...]

    @property
    def licences(self) -> tuple[str, ...]:
        """Return all licences of third parties, each once, in order."""
        return tuple(dict.fromkeys(each for section in self.sections for each in section.licences))

    @property
    def pointers(self) -> tuple[str, ...]:
        """Return all files that the sections point to, each once, in order."""
        return tuple(dict.fromkeys(each for section in self.sections for each in section.pointers))


def read_licence_file(text: str, own: str) -> LicenceDocument:
    """Read a LICENSE file of a project whose own licence has the SPDX id `own`."""
    text = text[:_LONGEST]
    matches = find_licences(text)
    first = next((match for match in matches if own in match.ids), None)
    start = 0 if first is None else _skip_appendix(text, first.end)
    sections = []
    for begin, end in _split_sections(text, start):
        inside = [match for match in matches if begin <= match.start < end and match is not first]
        sections.append(_read_section(text, begin, end, inside))
    return LicenceDocument(text[start:], tuple(sections))


def _skip_appendix(text: str, end: int) -> int:
    """Return where the advice on how to apply the licence ends, if it follows."""
    found = _APPENDIX.match(text, end)
    return end if found is None else found.end()


def _read_section(text: str, begin: int, end: int, matches: Sequence[LicenceMatch]) -> LicenceSection:
    own = text[begin:end]
    outside, at = [], begin
    for match in matches:
        outside.append(text[at : match.start])
        at = max(at, match.end)
    prose = "\n".join((*outside, text[at:end] if at < end else ""))
    licences = dict.fromkeys((*(match.id for match in matches), *name_licences(prose)))
    pointers = dict.fromkeys(_find_pointers(prose))
    return LicenceSection(_find_title(own), tuple(licences), tuple(pointers), own)


def name_licences(prose: str) -> tuple[str, ...]:
    """Return the licences that a text names in words, in brackets or after `License:`."""
    words = reduce_words(read_words(_ADDRESS.sub(" ", prose)))
    found = dict.fromkeys(named.id for named in find_names(words))
    for mention in (*_BRACKETS.findall(prose), *_TAG.findall(prose)):
        try:
            ids = list_licences(parse_expression(mention.strip()))
        except Invalid:
            continue
        found.update(
            dict.fromkeys(each for each in ids if not each.startswith(("LicenseRef-", "NOASSERTION")))
        )
    return tuple(found)


def _find_pointers(prose: str) -> Iterator[str]:
    """Yield the paths that look like those of legal files; addresses are none."""
    for match in _PATH.finditer(_ADDRESS.sub(" ", prose)):
        path = match[0].strip("./")
        if len(path) <= _LONGEST_PATH and not path.isalnum() and _LEGAL_WORD.search(path):
            yield path


def _find_title(text: str) -> str:
    for line in text.splitlines():
        stripped = line.strip(" \t-=*#_+~:/\\")
        if stripped:
            return stripped[:200]
    return ""


def _split_sections(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each section begins and ends; one that says nothing is left out."""
    cuts = [start, *sorted(set(_find_cuts(text, start)))][:_MOST_SECTIONS]
    for begin, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        if re.search(r"\w", text[begin:end]):
            yield begin, end


def _find_cuts(text: str, start: int) -> Iterator[int]:
    """Yield where a line of marks or a heading begins; a title that is underlined belongs below the cut."""
    previous, before, at = "", "", start
    at_previous = start
    for line in text[start:].splitlines(keepends=True):
        if _HEADING.match(line):
            yield at
        elif _RULE.fullmatch(line.rstrip()) and len(line.strip()) >= 3:
            yield at_previous if previous and (not before or _RULE.fullmatch(before)) else at
        before, previous = previous, line.strip()
        at_previous, at = at, at + len(line)
