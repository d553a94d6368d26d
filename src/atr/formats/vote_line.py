# SPDX-License-Identifier: Apache-2.0
"""Lines that begin with a vote (voting.md, section 2): what counts as one and what is prose."""

import re
from dataclasses import dataclass

# Word processors and Chinese or Japanese keyboards have signs and digits of their own.
_PLUS, _MINUS = "+\uff0b\ufe62", "\\-\u2212\uff0d\ufe63\u2012\u2013"
_USUAL = str.maketrans("\uff0b\ufe62\u2212\uff0d\ufe63\u2012\u2013\uff10\uff11", "++-----01")
_LINE = re.compile(
    r"^(?:[^\S\n]|[\ufeff\u200b-\u200f\u2060]){0,20}(?:[-*\u2022][^\S\n]{1,8})?"  # an item of a list
    r"(?P<tick>\[[^\S\n]?[xX*\u2713\u2714][^\S\n]?\][^\S\n]{0,8})?"  # a box of the template, ticked
    r"[*_~`]{0,4}(?P<bracket>[(\[]?)"
    rf"(?P<vote>[{_PLUS}{_MINUS}](?:[1\uff11]|[0\uff10](?:\.\d{{1,3}})?)|[0\uff10](?:\.\d{{1,3}})?)"
    r"(?![A-Za-z0-9%\uff10-\uff19])(?![.,:/-]\d)"
    r"(?P<rest>[^\n]{0,500})",
    re.MULTILINE,
)
_MARKUP = re.compile(r"^[*_~`)\]]{0,5}")
_CLAIM = re.compile(
    r"^[\s,;:*_(\[-]{0,9}(?P<denied>(?:non|not|un)[\s\u2010\u2011-]?)?binding\b[*_)\]]{0,4}", re.IGNORECASE
)
_CLAIM_LATER = re.compile(
    r"[(\[][\s*_]?(?P<denied>(?:non|not|un)[\s\u2010\u2011-]?)?binding\b", re.IGNORECASE
)
_TELEPHONE = re.compile(r"^[\s(]{0,3}(?:\d{3}[\s).-]{1,3}\d{3}|\d{7})")
# "+1 votes needed", "+1: 3", "+1 (binding): 3, non-binding: 1", "+1 = release it", "+1's".
_COUNT = re.compile(
    r"^[\W_]{0,5}votes\b|^[\s*]{0,3}[:=][\s*]{0,3}\d+\b|^\s{0,3}=|^\s{1,3}means\b|^['\u2019]s\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"^\s{0,3}(?:[,/|\u2192\u21d2]|[-=]>|or\b|and\b|to\b)?\s{0,3}(?:0\s{0,3}[,/|]?\s{0,3})?(?P<vote>[+-](?:1|0(?:\.\d{1,3})?))(?![\d.])"
)
# A bare 0 begins many lines that are no votes: "0 errors", "0.5 MB", "0, 3, 5".
_QUIET = re.compile(
    r"^\s*$|^\s{0,3}[.;!:](?:\s|$)|^\s{0,3},\s{1,3}[^\W\d]|^\s{1,3}[-\u2013\u2014]\s|^\s{0,3}[(\[]"
    r"|^\s{1,3}(?:(?:from|for)\s+me\b|(?:non-?)?binding\b|abstain|no\s+(?:strong\s+)?opinion|neutral|don'?t)",
    re.IGNORECASE,
)
# A line that ends so goes on in the next: "we still need at least / +1 from a member".
_UNFINISHED = re.compile(
    r"(?:^|\s)(?:an?|the|my|your|his|her|their|our|to|of|at|than|for|with|and|or|if|is|be|by|as|from|least|most|more"
    r"|another|one|two|three|few|some|no|any|vote[ds]?|voting|need(?:ed|s)?|give[sn]?|get|got|say(?:s|ing)?|said|change[ds]?"
    r"|would|will|want|wants|got|received?|cast|like)\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\s+[a-z]")


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote at the beginning of a line; `start` and `end` are where it and its claim stand in the text."""

    text: str
    claims_binding: bool | None
    start: int
    end: int


def find_votes(text: str) -> tuple[VoteLine, ...]:
    """Return the vote of every line that begins with one, in their order; lines that are prose have none."""
    return tuple(vote for match in _LINE.finditer(text) for vote in _read_line(match, text))


def _read_line(match: re.Match[str], text: str) -> tuple[VoteLine, ...]:
    vote, rest = match["vote"].translate(_USUAL), match["rest"]
    if match["bracket"] and not rest.startswith((")", "]")):
        return ()
    markup = _MARKUP.match(rest)
    after = rest[markup.end() :] if markup else rest
    claim = _CLAIM.match(after)
    said = after[claim.end() :] if claim else after
    if _is_prose(vote, after, said) or (claim is None and _continues(match.start(), text, after)):
        return ()
    end = match.end() - len(said)
    read = VoteLine(vote, _read_claim(claim or _CLAIM_LATER.search(after)), match.start(), end)
    other = _ALTERNATIVE.match(said.translate(_USUAL))
    return (read,) if other is None else (read, VoteLine(other["vote"], None, match.start(), end))


def _is_prose(vote: str, after: str, said: str) -> bool:
    """Tell whether the line only counts votes, explains them, has a telephone number, or is a bare 0."""
    if _TELEPHONE.match(after) or _COUNT.match(said):
        return True
    return vote[0] not in "+-" and not _QUIET.match(said)


def _continues(start: int, text: str, after: str) -> bool:
    """Tell whether the line is the second half of a sentence that the line before it left unfinished."""
    if not _GOES_ON.match(after):
        return False
    before = text[max(0, start - 300) : max(0, start - 1)].rpartition("\n")[2]
    return _UNFINISHED.search(before[-60:]) is not None


def _read_claim(claim: re.Match[str] | None) -> bool | None:
    return None if claim is None else not claim["denied"]
