# SPDX-License-Identifier: Apache-2.0
"""Licences that a text names: by what people call them, by the SPDX list's names, by id."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from atr.formats.licence_index import load_index
from atr.formats.licence_synonyms import SYNONYMS

Phrase = tuple[tuple[str, ...], str]  # words, and the licence they mean
_IDLE = frozenset({"the", "version", "versions", "v", "ver", "vers", "a"})
_ACRONYMS = frozenset({"mpl", "gpl", "lgpl", "agpl", "epl", "cddl", "cpl", "asl", "ofl"})
_NUMBERED = re.compile(r"v([0-9])")
_GNU = frozenset({"GPL", "LGPL", "AGPL"})
_GNU_AFTER = re.compile(r"(?: [a-z]\w*){0,9}?(?: v?([123])(?: ([01]))?)\b((?: \w+){0,9})")
_GNU_BEFORE = re.compile(r"\b([123])(?: ([01]))?(?: or (?:later|greater|newer|higher))? of$")
_GNU_GLUED = re.compile(r"[al]?gplv?([123])")
_LATER = re.compile(r"\b(?:any later|or later|or newer|or above|or greater|or higher|later of)\b")
_GNU_OLDEST = {"GPL": "1.0", "LGPL": "2.0", "AGPL": "1.0"}
_GNU_VERSIONS = frozenset(
    {"GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0", "AGPL-1.0", "AGPL-3.0"}
)
_ID_FAMILIES = frozenset(
    {
        "agpl", "artistic", "bsd", "bsl", "busl", "cc", "cddl", "cecill", "cpal", "cpl", "epl",
        "eupl", "gfdl", "gpl", "isc", "lgpl", "mit", "mpl", "ms", "mulanpsl", "npl", "odbl", "ofl",
        "osl", "polyform", "spl", "sspl", "upl", "zpl",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedLicence:
    """A licence that a text names, by the first of its reduced words and the one after the last."""

    id: str
    first: int
    after: int


def reduce_words(words: Iterable[str]) -> list[str]:
    """Return the words without those that make no difference: `the GPL, Version v2` is `gpl 2`."""
    reduced: list[str] = []
    for word in words:
        if word in _IDLE or (word in _ACRONYMS and reduced and reduced[-1] == "license"):
            continue
        reduced.append(word[1:] if word[0] == "v" and _NUMBERED.fullmatch(word) else word)
    return reduced


def find_names(reduced: Sequence[str]) -> Iterator[NamedLicence]:
    """Yield the licences named in reduced words, the longest name at each place."""
    phrases, at = _load_phrases(), 0
    while at < len(reduced):
        named = _match_name(phrases.get(reduced[at], ()), reduced, at)
        if named is not None:
            yield named
        at = at + 1 if named is None else named.after


def _match_name(phrases: Iterable[Phrase], reduced: Sequence[str], at: int) -> NamedLicence | None:
    """Return the first of the phrases that stands at a place, the version of a GNU licence read as well."""
    for phrase, licence in phrases:
        after = at + len(phrase)
        if tuple(reduced[at:after]) == phrase:
            known = _specify_gnu(licence, reduced, at, after) if licence in _GNU else licence
            return NamedLicence(known, at, after)
    return None


def _specify_gnu(family: str, reduced: Sequence[str], at: int, after: int) -> str:
    """Return the id with the version that stands near the name; without one, any version may be chosen."""
    behind = "".join(f" {word}" for word in reduced[after : after + 22])
    before = " ".join(reduced[max(0, at - 6) : at])
    found = _GNU_GLUED.fullmatch(reduced[after - 1]) or _GNU_BEFORE.search(before) or _GNU_AFTER.match(behind)
    if found is None:
        return f"{family}-{_GNU_OLDEST[family]}-or-later"
    major, minor = found[1], found[2] if found.re.groups > 1 and found[2] else "0"
    licence = f"{family}-{major}.{minor}"
    if licence not in _GNU_VERSIONS:
        licence = "LGPL-2.1" if family == "LGPL" and minor == "1" else f"{family}-{_GNU_OLDEST[family]}"
    return f"{licence}-or-later" if _LATER.search(before + behind) else f"{licence}-only"


@cache
def _load_phrases() -> dict[str, list[Phrase]]:
    """Return the names by their first word, the longest first."""
    known: dict[tuple[str, ...], str] = {}
    for licence, name in load_index().names.items():
        words = tuple(_split_name(name))
        if "license" in words and len(words) > 2:
            known.setdefault(words, licence)
        words = tuple(_split_name(licence))
        if len(words) > 1 and words[0] in _ID_FAMILIES:
            known.setdefault(words, licence)
    for phrase in [
        phrase for phrase, licence in known.items() if licence.startswith(("GPL", "LGPL", "AGPL"))
    ]:
        if not phrase[-1].isalpha() or phrase[0] == "gnu":
            del known[phrase]  # what follows has to be read as well
    known |= {tuple(phrase.split()): licence for licence, listed in SYNONYMS.items() for phrase in listed}
    phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(known, key=len, reverse=True):
        phrases[phrase[0]].append((phrase, known[phrase]))
    return dict(phrases)


def _split_name(name: str) -> list[str]:
    return reduce_words(re.findall(r"[^\W_]+", name.lower().replace("licence", "license")))


def same_family(one: str, other: str) -> bool:
    """Tell whether a text that names one licence may well mean the other: BSD in general, a deprecated id."""
    return _find_family(one) == _find_family(other)


_FAMILIES = (
    ("BSD-2", "BSD"),
    ("BSD-3", "BSD"),
    ("0BSD", "BSD"),
    ("BSD-1-", "BSD"),
    ("BSD-Source", "BSD"),
    ("MIT", "MIT"),
    ("X11", "MIT"),
    ("Unicode", "Unicode"),
    ("ICU", "Unicode"),
    ("PSF", "Python"),
    ("Python", "Python"),
    ("CNRI", "Python"),
    ("Libpng", "Zlib"),
    ("libpng", "Zlib"),
    ("zlib", "Zlib"),
    ("PHP-", "PHP"),
    ("OFL-", "OFL"),
    ("W3C", "W3C"),
)


def _find_family(licence: str) -> str:
    for start, family in _FAMILIES:
        if licence.startswith(start):
            return family
    return licence.removesuffix("+").removesuffix("-only").removesuffix("-or-later")
