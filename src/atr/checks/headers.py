# SPDX-License-Identifier: Apache-2.0
"""Licence headers of the files in source archives, explained in docs/explanation/headers.md."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.finding_list import MOST_NAMES, FindingList
from atr.checks.member_places import RootFinder, find_glob, is_test_data
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.domain.check_policy import ArtifactKind, LicenceChecker
from atr.formats.content import ContentKind, recognise_content
from atr.formats.file_types import find_file_type
from atr.formats.header_text import HeaderReader, HeaderState, HeaderVerdict
from atr.formats.member import Member, MemberKind
from atr.formats.rat_excludes import MOST_PATTERNS, RatExcludes, read_rat_excludes
from atr.formats.tree import simplify_path

Data = Mapping[str, FindingData]
_POLICY = "Source header policy: every source file carries the licence header"


def _rule(name: str, title: str, fix: str, severity: Severity = Severity.CONCERN) -> Rule:
    return Rule(f"header.{name}", severity, title, _POLICY, fix)


MISSING = _rule(
    "missing",
    "A source file has no licence header",
    "Add the header as a comment, or name the file in .rat-excludes or in the policy if it needs none.",
)
INCOMPLETE = _rule("incomplete", "A licence header is not complete", "Replace it by the complete header.")
ALTERED = _rule("altered", "The words of a licence header differ", "Replace it by the unchanged header.")
MALFORMED_SPDX = _rule(
    "malformed-spdx",
    "An SPDX line names no licence",
    "Write it as in: SPDX-License-Identifier: Apache-2.0.",
)
TEST_DATA = _rule(
    "test-data",
    "Data for tests has no licence header",
    "Add the header where the tests allow it, and name the other files in .rat-excludes.",
    Severity.SUGGESTION,
)
EXCLUDED = _rule("excluded", "Files without a header were excluded", "", Severity.NOTE)
SUMMARY = _rule("summary", "What the licence headers say", "", Severity.NOTE)

_BY_STATE = {
    HeaderState.MISSING: MISSING,
    HeaderState.INCOMPLETE: INCOMPLETE,
    HeaderState.ALTERED: ALTERED,
    HeaderState.MALFORMED_SPDX: MALFORMED_SPDX,
}
_WORDS = {
    HeaderState.MISSING: "has no licence header.",
    HeaderState.INCOMPLETE: "has an incomplete header:",
    HeaderState.ALTERED: "has an altered header:",
    HeaderState.MALFORMED_SPDX: "has a malformed SPDX line:",
}
# Where projects keep their lists for Apache RAT, below the root.
EXCLUSION_LISTS = frozenset(
    {
        ".rat-excludes",
        ".ratignore",
        ".rat-excludes.txt",
        "rat-excludes.txt",
        "dev/.rat-excludes",
        "dev/rat-excludes.txt",
        "dev/release/.rat-excludes",
        "dev/release/rat_exclude_files.txt",
        ".github/.rat-excludes",
    }
)
_LIST_NAMES = frozenset(path.rpartition("/")[2] for path in EXCLUSION_LISTS)
_LARGEST_LIST = 1024 * 1024
_MOST_LISTS = 20
_MOST_CANDIDATES = 50_000
# Written by a program, as the name tells: bundles of scripts, output of compilers of interfaces, packaging.
_GENERATED = re.compile(
    r"(?:\.(?:min|chunk|bundle|entry)\.(?:[0-9a-f]+\.)?|-min\.|[.-][0-9a-f]{8,64}\.(?:\w+\.)?)(?:m?js|css)$"
    r"|(?:^|/)(?:dist|assets|static)/(?:.*/)?[\w.]+-[\w-]{8}\.(?:m?js|css)$|_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:go|h|cc)$"
    r"|(?:^|[/_.-])(?:auto)?generated?(?:[/_.-]|$)|(?:^|/)(?:[\w-]+-)?gen(?:-\w+)?/|\.(?:egg|dist)-info/"
)
_SCRIPTS = (".js", ".css", ".mjs", ".cjs")
_LONG_LINES = 200


class _Headers:
    """Follows a pass; keeps what seems wrong until the end, since lists of exclusions may come last."""

    def __init__(self, view: ArchiveView) -> None:
        policy = view.facts.policy
        self._artifact = view.entry.path
        self._policy = policy
        is_wanted = view.kind is ArtifactKind.SOURCE and policy.licence_checker is not LicenceChecker.RAT
        self._reader = HeaderReader(policy.header_text, policy.licence) if is_wanted else None
        self._root = RootFinder()
        self._lists: dict[str, bytearray] = {}
        self._counts: Counter[str] = Counter()
        self._candidates: list[tuple[str, HeaderVerdict]] = []
        self._others: list[str] = []

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        if self._reader is None or member.containers or member.kind is not MemberKind.FILE:
            return None
        path = simplify_path(member.path)
        self._root.note(path)
        name = path.rpartition("/")[2]
        file_type = find_file_type(name, head)
        if file_type is None:
            self._counts["unknown type"] += 1
        elif not file_type.needs_header:
            self._counts["without comments"] += 1
            if name in _LIST_NAMES and len(self._lists) < _MOST_LISTS and member.size <= _LARGEST_LIST:
                self._lists[path] = bytearray()
                return self._lists[path].extend
        else:
            self._weigh(path, head, self._reader.examine(head))
        return None

    def _weigh(self, path: str, head: bytes, verdict: HeaderVerdict) -> None:
        """Count a file, and keep it in mind where its header is not as it should be."""
        state = verdict.state
        if state in _BY_STATE:
            if self._is_generated(path, head):
                state = HeaderState.GENERATED
            elif recognise_content(head) is not ContentKind.TEXT:
                self._counts["no text"] += 1
                return
            elif len(self._candidates) < _MOST_CANDIDATES:
                self._candidates.append((path, verdict))
        elif state is HeaderState.THIRD_PARTY and len(self._others) < MOST_NAMES:
            self._others.append(f"{path}: {verdict.detail}")
        self._counts[state] += 1

    def _is_generated(self, path: str, head: bytes) -> bool:
        """Tell by the name, by what packaging rewrites, and by lines that nobody writes."""
        if path.endswith(_SCRIPTS) and len(head) > _LONG_LINES * (head.count(b"\n") + 1):
            return True
        place = self._root.drop_root(path)
        by_name = _GENERATED.search(place) is not None
        return by_name or find_glob(self._policy.generated_globs, place, path) is not None

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if self._reader is None or not outcome.complete:
            return
        found = FindingList(self._artifact)
        excluded: dict[str, list[str]] = {}
        test_data: list[str] = []
        lists = list(self._read_lists())
        for path, verdict in self._candidates:
            pattern = self._find_exclusion(path, lists)
            if pattern is not None:
                excluded.setdefault(pattern, []).append(path)
            elif verdict.state is HeaderState.MISSING and is_test_data(self._root.drop_root(path)):
                test_data.append(path)
            else:
                words = _WORDS[verdict.state]
                found.add(_BY_STATE[verdict.state], path, f"{words} {verdict.detail}.".removesuffix(" ."))
        yield from self._count_rest(found).conclude()
        yield from self._describe_test_data(test_data)
        yield from self._describe_excluded(excluded)
        if any(self._counts[state] for state in HeaderState):
            yield self._summarise(len(test_data), sum(map(len, excluded.values())))

    def _read_lists(self) -> Iterator[tuple[str, RatExcludes]]:
        """Yield the lists that are where lists belong, as long as they are not too many patterns together."""
        left = MOST_PATTERNS
        for path, content in sorted(self._lists.items()):
            place = self._root.drop_root(path)
            if place in EXCLUSION_LISTS and left > 0:
                excludes = read_rat_excludes(content.decode("utf-8", "replace"), left)
                left -= len(excludes.patterns)
                yield place, excludes

    def _find_exclusion(self, path: str, lists: list[tuple[str, RatExcludes]]) -> str | None:
        """Return the pattern, and the list it stands in, that says that a file needs no header."""
        place = self._root.drop_root(path)
        glob = find_glob(self._policy.excluded_globs, place, path)
        if glob is not None:
            return f"{glob} (policy)"
        for name, excludes in lists:
            pattern = excludes.find(place)
            if pattern is not None:
                return f"{pattern} ({name})"
        return None

    def _count_rest(self, found: FindingList) -> FindingList:
        """Add the numbers of those that came after the memory was full."""
        kept = Counter(verdict.state for _, verdict in self._candidates)
        for state, rule in _BY_STATE.items():
            if self._counts[state] > kept[state]:
                found.count(rule, self._counts[state] - kept[state])
        return found

    def _describe_test_data(self, paths: list[str]) -> Iterator[Finding]:
        if paths:
            message = f"{len(paths)} files of tests have no licence header, such as {paths[0]}."
            data: Data = {"count": len(paths), "files": tuple(paths[:MOST_NAMES])}
            yield make_finding(TEST_DATA, self._artifact, message, data=data)

    def _describe_excluded(self, excluded: dict[str, list[str]]) -> Iterator[Finding]:
        if not excluded:
            return
        pairs = [f"{path}: {pattern}" for pattern, paths in excluded.items() for path in paths]
        message = f"{len(pairs)} files without a good header are excluded by {len(excluded)} patterns."
        patterns = tuple(f"{pattern}: {len(paths)}" for pattern, paths in excluded.items())
        data: Data = {
            "count": len(pairs),
            "files": tuple(pairs[:MOST_NAMES]),
            "patterns": patterns[:MOST_NAMES],
        }
        yield make_finding(EXCLUDED, self._artifact, message, data=data)

    def _summarise(self, test_data: int, excluded: int) -> Finding:
        counts = self._counts
        examined = sum(counts[state] for state in HeaderState)
        good = counts[HeaderState.COMPLETE] + counts[HeaderState.SPDX] + counts[HeaderState.APACHE]
        message = (
            f"{examined} files were examined: {good} have a header,"
            f" {counts[HeaderState.GENERATED]} are generated,"
            f" {counts[HeaderState.THIRD_PARTY]} are of third parties,"
            f" {counts[HeaderState.SHORT]} are too short, {excluded} are excluded, {test_data} are for tests."
        )
        data: dict[str, FindingData] = {"examined": examined, "excluded": excluded, "test-data": test_data}
        data |= {
            state.replace(" ", "-").lower(): number for state, number in sorted(counts.items()) if number
        }
        data["third-parties"] = tuple(self._others)
        return make_finding(SUMMARY, self._artifact, message, data=data)


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: the archive's kind, and what the policy expects and excludes."""
    policy = view.facts.policy
    expected = (policy.licence_checker, policy.licence, policy.header_text)
    return (view.kind, *expected, *policy.excluded_globs, "", *policy.generated_globs)


HEADERS = ArchiveCheck(
    "headers",
    (MISSING, INCOMPLETE, ALTERED, MALFORMED_SPDX, TEST_DATA, EXCLUDED, SUMMARY),
    inputs,
    _Headers,
)
