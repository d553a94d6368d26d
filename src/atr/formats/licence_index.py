# SPDX-License-Identifier: Apache-2.0
"""The licences of the SPDX list, found in a text by the sequences of four words that they share with it.

`data/spdx-licences.bin` is made by `tools/build_licence_index.py`. It holds every licence as numbers of
words, and for each some sequences spread over its text, the anchors. Where enough anchors of a licence stand
close together, all its sequences are compared; of the licences that would explain the same place, the one
that explains the most words of it, and misses the fewest of its own, is the answer.
"""

import json
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from atr.formats.licence_words import locate_words

LIST_VERSION = "6.12.0"
SEQUENCE = 4  # words; four numbers of 16 bits are one of 64
LEAST_COVERAGE = 0.8
_LEAST_ANCHORS = 0.4
_MOST_TEXT = 1024 * 1024  # characters; whoever writes more than that writes no licence
_MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class LicenceMatch:
    """A licence found in a text: the share of its sequences that are there, and from where to where.

    `ids` are all licences of the list with the same words, such as GPL-2.0-only and GPL-2.0-or-later.
    """

    id: str
    ids: tuple[str, ...]
    coverage: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LicenceIndex:
    """The list in memory: numbers of words, the anchors, and every text as numbers."""

    version: str
    groups: tuple[tuple[str, ...], ...]
    names: dict[str, str]
    vocabulary: dict[str, int]
    tokens: "array[int]"
    bounds: tuple[int, ...]
    anchors: dict[int, int]
    owners: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]

    def length(self, group: int) -> int:
        """Return the number of words of a licence."""
        return self.bounds[group + 1] - self.bounds[group]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A licence that may stand at some words of a text, with the sequences that are and are not there."""

    group: int
    first: int
    last: int
    matched: int
    missing: int

    @property
    def coverage(self) -> float:
        return self.matched / (self.matched + self.missing)

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    @property
    def merit(self) -> int:
        return 4 * self.matched - 3 * self.missing


@cache
def load_index() -> LicenceIndex:
    """Return the index, read on first use."""
    raw = zlib.decompress((files("atr.formats") / "data" / "spdx-licences.bin").read_bytes())
    head, _, body = raw.partition(b"\n")
    about = json.loads(head)
    tokens = _read_numbers("H", body[: 2 * about["tokens"]])
    places = _read_numbers("I", body[2 * about["tokens"] :])
    bounds = tuple(about["bounds"])
    anchors, owners, weights = _gather_anchors(tokens, places, bounds)
    words = about["vocabulary"].split(" ")
    return LicenceIndex(
        version=about["version"],
        groups=tuple(map(tuple, about["groups"])),
        names=about["names"],
        vocabulary=dict(zip(words, range(1, len(words) + 1), strict=True)),
        tokens=tokens,
        bounds=bounds,
        anchors=anchors,
        owners=owners,
        weights=weights,
    )


def _read_numbers(code: str, data: bytes) -> "array[int]":
    numbers = array(code, data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _gather_anchors(
    tokens: "array[int]", places: "array[int]", bounds: tuple[int, ...]
) -> tuple[dict[int, int], tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Return a number for each anchor, the licences that own it, and how many each licence has."""
    phases = _cast_phases(tokens)
    owners: defaultdict[int, list[int]] = defaultdict(list)
    weights = [0] * (len(bounds) - 1)
    group = 0
    for place in places:
        while place >= bounds[group + 1]:
            group += 1
        owners[phases[place % SEQUENCE][place // SEQUENCE]].append(group)
        weights[group] += 1
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    listed = tuple(shared.setdefault(key, key) for key in map(tuple, owners.values()))
    return dict(zip(owners, range(len(owners)), strict=True)), listed, tuple(weights)


def _cast_phases(tokens: "array[int]") -> list[memoryview]:
    """Return the sequences that begin at words 0, 4, 8 ..., those at 1, 5, 9 ..., and so on."""
    raw = tokens.tobytes()
    phases = []
    for shift in range(SEQUENCE):
        part = raw[2 * shift :]
        phases.append(memoryview(part[: len(part) // 8 * 8]).cast("Q"))
    return phases


def list_sequences(tokens: "array[int]") -> list[int]:
    """Return each four words in a row as one number, in order."""
    found = [0] * max(0, len(tokens) - SEQUENCE + 1)
    for shift, phase in enumerate(_cast_phases(tokens)):
        if shift < len(found):
            found[shift::SEQUENCE] = phase.tolist()
    return found


def find_licences(text: str, least: float = LEAST_COVERAGE) -> tuple[LicenceMatch, ...]:
    """Return the licences of the list whose texts stand in this one, in order of place."""
    if len(text) < 40:
        return ()
    index = load_index()
    located = locate_words(text[:_MOST_TEXT])
    known = index.vocabulary
    sequences = list_sequences(array("H", [known.get(word, 0) for word in located.words]))
    chosen = _choose(sequences, _weigh(index, sequences, least), least)
    chosen.sort(key=lambda each: each.first)
    starts = located.starts
    return tuple(
        LicenceMatch(
            index.groups[each.group][0],
            index.groups[each.group],
            round(each.coverage, 3),
            starts[each.first],
            starts[each.last] + len(located.words[each.last]),
        )
        for each in chosen
    )


def _weigh(index: LicenceIndex, sequences: list[int], least: float) -> Iterator[_Candidate]:
    """Yield the licences that may well stand somewhere in the text, with generous bounds."""
    for group, first, last in _find_windows(index, sequences):
        wanted = sequences_of(group)
        slack = 8 + len(wanted) // 20
        begin, end = max(0, first - slack), min(len(sequences), last + slack)
        matched = len(wanted.intersection(sequences[begin:end]))
        candidate = _Candidate(group, begin, end - 1, matched, len(wanted) - matched)
        if candidate.coverage >= least:
            yield candidate


def _find_windows(index: LicenceIndex, sequences: list[int]) -> list[tuple[int, int, int]]:
    """Return licence, first and last sequence of places with many anchors of one licence, best first."""
    anchors, owners = index.anchors, index.owners
    places: defaultdict[int, list[int]] = defaultdict(list)
    for at, sequence in enumerate(sequences):
        if sequence in anchors:
            for group in owners[anchors[sequence]]:
                places[group].append(at)
    windows: list[tuple[float, int, int, int]] = []
    for group, found in places.items():
        needed = max(1, int(index.weights[group] * _LEAST_ANCHORS))
        if len(found) >= needed:
            for count, first, last in _cluster(found, index.length(group), needed):
                windows.append(
                    (-count / index.weights[group] - index.weights[group] / 1e6, group, first, last)
                )
    windows.sort()
    return [window[1:] for window in _limit_rivals(windows)]


def _limit_rivals(
    windows: Iterable[tuple[float, int, int, int]],
) -> Iterator[tuple[float, int, int, int]]:
    """Yield the best windows of each stretch of the text: sixty licences share the words of BSD."""
    crowd: defaultdict[int, int] = defaultdict(int)
    for window in windows:
        stretch = (window[2] + window[3]) // 400
        if crowd[stretch] < _MOST_CANDIDATES:
            crowd[stretch] += 1
            yield window


def _cluster(places: list[int], length: int, needed: int) -> Iterator[tuple[int, int, int]]:
    """Yield count, first and last place of each run of enough places; the next may begin at nine tenths."""
    at, span = 0, length * 5 // 4 + 30
    while at + needed <= len(places):
        after = bisect_right(places, places[at] + span)
        count = after - at
        if count < needed:
            at += 1
            continue
        for later in range(at + 1, after):  # a stray anchor before the text must not shift the window
            moved = bisect_right(places, places[later] + span)
            if (moved - later) * 4 > count * 5:
                at, after, count = later, moved, moved - later
        yield count, places[at], places[after - 1]
        at = max(at + 1, bisect_left(places, places[at] + length * 9 // 10))


def _choose(sequences: list[int], candidates: Iterable[_Candidate], least: float) -> list[_Candidate]:
    """Return the candidates of the greatest merit that claim different words, with their true bounds."""
    chosen: list[_Candidate] = []
    for rough in sorted(candidates, key=lambda each: (-each.merit, each.group, each.first)):
        claimed = sum(_overlap(rough, other) for other in chosen)
        if claimed * 4 > rough.size * 3:
            continue
        candidate = _fit_bounds(sequences, rough)
        claimed = sum(_overlap(candidate, other) for other in chosen)
        if candidate.coverage >= least and claimed * 4 < candidate.size:
            chosen.append(candidate)
    return chosen


def _fit_bounds(sequences: list[int], rough: _Candidate) -> _Candidate:
    """Return the candidate within the stretch that holds the most of it, and nothing twice at either end."""
    wanted = count_sequences(rough.group)
    places = [at for at in range(rough.first, rough.last + 1) if sequences[at] in wanted]
    places = _find_densest(sequences, places, load_index().length(rough.group) * 21 // 20 + 8)
    times = Counter(sequences[at] for at in places)
    matched, begin, end = len(times), 0, len(places)
    while times[last := sequences[places[end - 1]]] > wanted[last]:
        end -= 1
        times[last] -= 1
    while times[first := sequences[places[begin]]] > wanted[first]:
        begin += 1
        times[first] -= 1
    return _Candidate(
        rough.group, places[begin], places[end - 1] + SEQUENCE - 1, matched, len(wanted) - matched
    )


def _find_densest(sequences: list[int], places: list[int], span: int) -> list[int]:
    """Return the places within a span that hold the most different sequences."""
    if places[-1] - places[0] <= span:
        return places
    times: Counter[int] = Counter()
    begin, best, different = 0, (0, 0, 0), 0
    for end, place in enumerate(places):
        times[sequences[place]] += 1
        different += times[sequences[place]] == 1
        while place - places[begin] > span:
            times[sequences[places[begin]]] -= 1
            different -= times[sequences[places[begin]]] == 0
            begin += 1
        best = max(best, (different, -begin, end))
    return places[-best[1] : best[2] + 1]


def _overlap(one: _Candidate, other: _Candidate) -> int:
    return max(0, min(one.last, other.last) - max(one.first, other.first) + 1)


@lru_cache(maxsize=64)
def count_sequences(group: int) -> dict[int, int]:
    """Return how often each sequence stands in a licence, those with a name to be filled in left out."""
    index = load_index()
    tokens = index.tokens[index.bounds[group] : index.bounds[group + 1]]
    blanks = {at - back for at, token in enumerate(tokens) if token == 0 for back in range(SEQUENCE)}
    return Counter(sequence for at, sequence in enumerate(list_sequences(tokens)) if at not in blanks)


@lru_cache(maxsize=64)
def sequences_of(group: int) -> frozenset[int]:
    """Return the different sequences of one licence."""
    return frozenset(count_sequences(group))
