# SPDX-License-Identifier: Apache-2.0
"""What in a source archive is no source, told by its content never its name: compiled code above all."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.finding_list import MOST_NAMES, FindingList
from atr.checks.member_places import RootFinder, is_among_tests, is_documentation
from atr.domain.check import Finding, FindingData, Rule, Severity
from atr.domain.check_policy import ArtifactKind
from atr.formats.archive import find_suffix
from atr.formats.content import ContentKind, recognise_compiled, recognise_content, recognise_media
from atr.formats.member import Member, MemberKind
from atr.formats.tree import simplify_path

_POLICY = "Release policy: a source release holds source, no compiled code"


def _rule(name: str, title: str, fix: str, severity: Severity) -> Rule:
    return Rule(f"binary.{name}", severity, title, _POLICY, fix)


COMPILED = _rule(
    "compiled",
    "There is compiled code in a source archive",
    "Remove it and let the build fetch or make it, as wrapper scripts can do with their jar.",
    Severity.BLOCKER,
)
COMPILED_TEST = _rule(
    "compiled-test-data",
    "There is compiled code among the tests or documents of a source archive",
    "Let the build make it from source if it can; otherwise say why it has to be there.",
    Severity.CONCERN,
)
WEB_MODULE = _rule(
    "web-module",
    "There is WebAssembly among the built web pages of a source archive",
    "Leave built pages out of the source archive, or say where the source of the module is.",
    Severity.CONCERN,
)
CONTENT = _rule(
    "content",
    "There is a binary file in a source archive",
    "Make sure that it is no result of a build; name it in the policy's exclusions if it belongs there.",
    Severity.CONCERN,
)
TEST_DATA = _rule(
    "test-data",
    "There are binary files among the tests of a source archive",
    "Make sure that they are nothing but data for tests.",
    Severity.SUGGESTION,
)
MEDIA = _rule("media", "There are images, fonts and the like in a source archive", "", Severity.NOTE)
EXCLUDED = _rule("excluded", "Binary files were excluded by the policy", "", Severity.NOTE)

_MOST_KEPT = 20_000
_BUILT_PAGES = re.compile(r"(?:^|/)(?:dist|static|assets|public|www)/")


class _Binaries:
    """Follows a pass through a source archive; an archive in it that holds compiled code is compiled code."""

    def __init__(self, view: ArchiveView) -> None:
        self._artifact = view.entry.path
        self._is_source = view.kind is ArtifactKind.SOURCE
        self._excluded_globs = view.facts.policy.excluded_globs
        self._root = RootFinder()
        self._binary: dict[str, str] = {}
        self._inside: dict[str, Counter[str]] = {}
        self._media: Counter[str] = Counter()
        self._uncounted = 0

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        if not self._is_source or member.kind is not MemberKind.FILE:
            return None
        if member.containers:
            self._look_inside(member, head)
            return None
        path = simplify_path(member.path)
        self._root.note(path)
        kind = recognise_content(head)
        if kind is ContentKind.BINARY:
            media = recognise_media(head)
            if media is None:
                self._keep(path, "an archive" if find_suffix(path) else "")
            else:
                self._media[media] += 1
        elif kind is ContentKind.COMPILED:
            self._inside.setdefault(path, Counter())[recognise_compiled(head) or ""] += 1
            self._keep(path, "")
        return None

    def _look_inside(self, member: Member, head: bytes) -> None:
        name = recognise_compiled(head)
        if name is not None:
            self._inside.setdefault(simplify_path(member.containers[0]), Counter())[name] += 1

    def _keep(self, path: str, words: str) -> None:
        if len(self._binary) < _MOST_KEPT:
            self._binary[path] = words
        else:
            self._uncounted += 1

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if not self._is_source or not outcome.complete:
            return
        found = FindingList(self._artifact)
        excluded: list[str] = []
        tests: list[str] = []
        for path, words in self._binary.items():
            place = self._root.strip(path)
            glob = next((each for each in self._excluded_globs if fnmatchcase(place, each)), None)
            if glob is not None:
                excluded.append(f"{path}: {glob}")
            elif path in self._inside:
                found.add(self._choose_rule(path, place), path, self._describe_compiled(path, words))
            elif is_among_tests(place):
                tests.append(path)
            else:
                found.add(CONTENT, path, f"is binary{f' ({words})' if words else ''}.")
        if self._uncounted:
            found.count(CONTENT, self._uncounted)
        yield from found.conclude()
        yield from self._list_together(TEST_DATA, tests, "binary files are among the tests")
        yield from self._list_together(EXCLUDED, excluded, "binary files are excluded by the policy")
        yield from self._describe_media()

    def _choose_rule(self, path: str, place: str) -> Rule:
        if is_among_tests(place) or is_documentation(place):
            return COMPILED_TEST
        is_page = self._inside[path].keys() == {"WebAssembly"} and _BUILT_PAGES.search(place) is not None
        return WEB_MODULE if is_page else COMPILED

    def _describe_compiled(self, path: str, words: str) -> str:
        parts = self._inside[path]
        if not words:
            return f"is compiled code ({', '.join(parts)})."
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(parts.items()))
        return f"is {words} that holds compiled code ({kinds})."

    def _list_together(self, rule: Rule, paths: list[str], words: str) -> Iterator[Finding]:
        if paths:
            message = f"{len(paths)} {words}, such as {paths[0]}."
            data: dict[str, FindingData] = {"count": len(paths), "files": tuple(paths[:MOST_NAMES])}
            yield make_finding(rule, self._artifact, message, data=data)

    def _describe_media(self) -> Iterator[Finding]:
        if self._media:
            kinds = tuple(f"{kind}: {count}" for kind, count in sorted(self._media.items()))
            count = self._media.total()
            message = f"{count} files are images, fonts and the like ({', '.join(kinds)})."
            yield make_finding(MEDIA, self._artifact, message, data={"count": count, "kinds": kinds})


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: the archive's kind and what the policy excludes."""
    return (view.kind, *view.facts.policy.excluded_globs)


BINARIES = ArchiveCheck(
    "binaries",
    (COMPILED, COMPILED_TEST, WEB_MODULE, CONTENT, TEST_DATA, MEDIA, EXCLUDED),
    inputs,
    _Binaries,
    looks_into_nested=True,
)
