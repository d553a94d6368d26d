# SPDX-License-Identifier: Apache-2.0
"""Lists of files that need no licence header, as they are written for Apache RAT.

RAT read each line as a regular expression, a wildcard and a name, all for the name of a single file or
folder; since 0.17 it reads globs in the manner of Ant for whole paths, `%regex[...]` and `%ant[...]`.
Projects that call it through scripts use wildcards for whole paths. All of these are understood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atr.formats.patterns import PatternSet

MOST_PATTERNS = 1000
_LONGEST_PATTERN = 300
_MARKED = re.compile(r"%(regex|ant)\[(.*)\]")
_GLOB_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|[^*?\[]+|\[")
# A regular expression that fits all of these fits everything, which nobody means: `.*` is for hidden files.
_PROBES = ("a", "Some-Name_1.java", "no/such path")


@dataclass(frozen=True, slots=True)
class RatExcludes:
    """A list of exclusions, ready to be asked which of them fit a path."""

    patterns: tuple[str, ...]
    _whole: PatternSet
    _single: PatternSet
    _negated: frozenset[int]

    def find(self, path: str) -> str | None:
        """Return the first pattern that excludes a path below the root; `!` patterns include again."""
        numbers = self._whole.match(path)
        for segment in path.split("/"):
            numbers += self._single.match(segment)
        fitting = sorted(numbers)
        if not fitting or not self._negated.isdisjoint(fitting):
            return None
        return self.patterns[fitting[0]]


def read_rat_excludes(text: str, most: int = MOST_PATTERNS) -> RatExcludes:
    """Return the exclusions of a file; empty lines and those that begin with `#` say nothing."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    kept = (
        line for line in lines if line and not line.startswith(("#", "//")) and len(line) <= _LONGEST_PATTERN
    )
    return make_rat_excludes(tuple(dict.fromkeys(kept))[:most])


def make_rat_excludes(patterns: Sequence[str]) -> RatExcludes:
    """Return the exclusions for single patterns."""
    numbered = tuple(enumerate(patterns))
    whole = PatternSet((number, each) for number, line in numbered for each in _read_whole(line))
    single = PatternSet((number, each) for number, line in numbered for each in _read_single(line))
    negated = frozenset(number for number, line in numbered if line.startswith("!"))
    return RatExcludes(tuple(patterns), whole, single, negated)


def _read_whole(line: str) -> Iterator[str]:
    """Yield what a line means for a path as a whole, as regular expressions."""
    plain = line.removeprefix("!")
    marked = _MARKED.fullmatch(plain)
    if marked is not None:
        yield marked[2] if marked[1] == "regex" else _translate_glob(marked[2])
        return
    glob = plain.removeprefix("./").removeprefix("/").replace("\\", "/")
    yield _translate_glob(glob)
    if "/" in glob.rstrip("/"):
        yield f"{_translate_glob(glob.rstrip('/*'))}/.*" if glob.rstrip("/*") else "[^/]+"
        if not glob.startswith("**"):
            yield f"(?:.*/)?{_translate_glob(glob)}"
        if "**" not in glob:
            yield _translate_glob(glob).replace("[^/]", ".")
    if _is_narrow(plain):
        yield plain


def _read_single(line: str) -> Iterator[str]:
    """Yield what a line means for the name of a file or folder, as regular expressions."""
    plain = line.removeprefix("!")
    if plain.startswith("%"):
        return
    name = plain.rstrip("/")
    if "/" not in name:
        yield re.escape(name)
        if name.strip("*"):
            yield _translate_glob(name)
    if _is_narrow(plain):
        yield plain


def _is_narrow(pattern: str) -> bool:
    """Tell whether a line as a regular expression leaves anything out."""
    probe = PatternSet([(0, pattern)])
    return not all(probe.match(each) for each in _PROBES)


def _translate_glob(glob: str) -> str:
    """Return the regular expression of a glob in which `*` stays within a folder and `**` does not."""
    if glob.endswith("/"):
        glob += "**"
    return "".join(map(_translate_part, _GLOB_PART.findall(glob)))


def _translate_part(part: str) -> str:
    match part:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if part.startswith("[") and len(part) > 1:
            return part.replace("[!", "[^", 1)
        case _:
            return re.escape(part)
