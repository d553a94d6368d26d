# SPDX-License-Identifier: Apache-2.0
"""What in a source archive is no source, told by its content never its name: compiled code above all."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.finding_list import MOST_NAMES, FindingList
from atr.checks.member_places import RootFinder, find_glob, is_among_tests, is_documentation
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
PACKAGE = _rule(
    "package",
    "A package of compiled code is taken for a source archive",
    "If it is none, name it among the binaries of the project's policy.",
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
_LEAST_PACKAGE = 10 * 1024 * 1024
_LEAST_SHARE = 0.9


class _Binaries:
    """Follows a pass through a source archive; an archive in it that holds compiled code is compiled code."""

    def __init__(self, view: ArchiveView) -> None:
        self._artifact = view.entry.path
        self._is_source = view.kind is ArtifactKind.SOURCE
        self._globs = view.facts.policy.excluded_globs
        self._root = RootFinder()
        self._compiled: dict[str, tuple[str, str]] = {}
        self._known = ""
        self._others: dict[str, None] = {}
        self._media: Counter[str] = Counter()
        self._uncounted: Counter[Rule] = Counter()
        self._size = 0
        self._packed_size = 0
        self._is_packaged = False

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        if not self._is_source or member.kind is not MemberKind.FILE:
            return None
        if member.containers:
            self._look_inside(member, head)
            return None
        path = simplify_path(member.path)
        self._root.note(path)
        self._size += member.size
        kind = recognise_content(head)
        if kind is ContentKind.TEXT:
            self._is_packaged |= path.count("/") == 1 and path.endswith("/PKG-INFO")
        elif kind is ContentKind.BINARY:
            self._note_binary(path, member.size, head)
        elif kind is ContentKind.COMPILED:
            self._packed_size += member.size
            self._note_compiled(path, recognise_compiled(head) or "")
        return None

    def _look_inside(self, member: Member, head: bytes) -> None:
        """Look for one piece of compiled code in each archive; there may be a hundred thousand."""
        outermost = member.containers[0]
        if outermost == self._known:
            return
        name = recognise_compiled(head)
        if name is not None:
            self._known = outermost
            inside = "!".join((*member.containers[1:], member.path))
            self._note_compiled(simplify_path(outermost), name, inside)

    def _note_compiled(self, path: str, name: str, inside: str = "") -> None:
        """Keep compiled code apart from the rest, so that nothing else can push it out."""
        if len(self._compiled) < _MOST_KEPT:
            self._compiled[path] = (name, inside)
        else:
            self._uncounted[COMPILED] += 1

    def _note_binary(self, path: str, size: int, head: bytes) -> None:
        media = recognise_media(head)
        if media is not None:
            self._media[media] += 1
            return
        if find_suffix(path) is not None:
            self._packed_size += size
        if len(self._others) < _MOST_KEPT:
            self._others[path] = None
        else:
            self._uncounted[CONTENT] += 1

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        if not self._is_source or not outcome.complete:
            return
        lists: dict[Rule, list[str]] = {TEST_DATA: [], EXCLUDED: []}
        yield from self._tell_each(lists).conclude()
        if self._seems_package():
            yield self._describe_package()
        yield from self._list_together(TEST_DATA, lists[TEST_DATA], "binary files are among the tests")
        yield from self._list_together(EXCLUDED, lists[EXCLUDED], "binary files are excluded by the policy")
        yield from self._describe_media()

    def _tell_each(self, lists: dict[Rule, list[str]]) -> FindingList:
        """Return what is told file by file; put the others into the lists."""
        found = FindingList(self._artifact)
        is_package = self._seems_package()
        for path in dict.fromkeys((*self._compiled, *self._others)):
            place = self._root.drop_root(path)
            glob = find_glob(self._globs, place, path)
            if glob is not None:
                lists[EXCLUDED].append(f"{path}: {glob}")
            elif path in self._compiled:
                if not is_package:
                    found.add(self._choose_rule(path, place), path, self._describe_compiled(path))
            elif is_among_tests(place):
                lists[TEST_DATA].append(path)
            else:
                found.add(CONTENT, path, "is binary (an archive)." if find_suffix(path) else "is binary.")
        for rule, count in self._uncounted.items():
            found.count(rule, count)
        return found

    def _seems_package(self) -> bool:
        """Tell a package for installation, made of programs built elsewhere, from a source with some in it.

        Python's packages of source come under the same names, whatever they are made of.
        """
        is_large = self._packed_size >= max(_LEAST_PACKAGE, _LEAST_SHARE * self._size)
        return self._is_packaged and bool(self._compiled) and is_large

    def _describe_package(self) -> Finding:
        count = len(self._compiled)
        message = (
            f"{self._artifact} consists almost wholly of compiled code, in {count} files: it seems to be a"
            " package for installation, which the policy takes for source."
        )
        return make_finding(PACKAGE, self._artifact, message, data={"count": count})

    def _choose_rule(self, path: str, place: str) -> Rule:
        if is_among_tests(place) or is_documentation(place):
            return COMPILED_TEST
        is_page = self._compiled[path][0] == "WebAssembly" and _BUILT_PAGES.search(place) is not None
        return WEB_MODULE if is_page else COMPILED

    def _describe_compiled(self, path: str) -> str:
        name, inside = self._compiled[path]
        if inside:
            return f"is an archive that holds compiled code: {inside} ({name})."
        return f"is compiled code ({name})."

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
    (COMPILED, COMPILED_TEST, WEB_MODULE, PACKAGE, CONTENT, TEST_DATA, MEDIA, EXCLUDED),
    inputs,
    _Binaries,
    looks_into_nested=True,
)
