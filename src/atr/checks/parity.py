# SPDX-License-Identifier: Apache-2.0
"""Parity: archives that differ only in their format hold the same files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from atr.checks.contract import RevisionCheck, RevisionView, make_finding
from atr.checks.difference_lists import PathList, join_phrases, list_data
from atr.checks.tree_pairs import list_trees, resolve_links
from atr.domain.artifact import FileEntry, is_internal
from atr.domain.check import Finding, Rule, Severity
from atr.domain.member_difference import TreeMember, is_same, watch_members
from atr.formats.archive import find_suffix, strip_suffix
from atr.formats.content import ContentKind
from atr.formats.member import MemberKind

DIFFERS = Rule(
    "parity.differs",
    Severity.CONCERN,
    "Two formats of one archive do not hold the same files",
    "ATR: whoever takes another format gets the same release",
    "Make both from one tree and with the same line ends, or say why they differ.",
)
_SIBLING_SUFFIXES = frozenset(
    {".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".zip"}
)
_LINKS = frozenset({MemberKind.SYMLINK, MemberKind.HARDLINK})
_MOST_LINKS = 1000
_RUN = 0o111


def examine(view: RevisionView) -> Iterator[Finding]:
    """Yield a finding for each archive that differs from the first of its siblings."""
    groups: defaultdict[str, list[FileEntry]] = defaultdict(list)
    for path, entry in view.files.items():
        if find_suffix(path) in _SIBLING_SUFFIXES and not is_internal(path):
            groups[strip_suffix(path)].append(entry)
    for siblings in groups.values():
        for other in siblings[1:]:
            yield from _compare(view, siblings[0], other)


def _compare(view: RevisionView, first: FileEntry, second: FileEntry) -> Iterator[Finding]:
    trees = list_trees(view, first, second)
    if trees is None:
        return  # that an archive cannot be read is what another check is there to say
    are_tars = not {find_suffix(first.path), find_suffix(second.path)} & {".zip"}
    found = watch_members(*trees, partial(_Parity, modes_count=are_tars))
    for path, is_equal in resolve_links(*trees, found.links):
        if not is_equal:
            found.different.add(path)
    if not found.lists_are_empty:
        message = (
            f"{first.path} and {second.path} differ: {found.describe(first.path.name, second.path.name)}."
        )
        yield make_finding(DIFFERS, second.path, message, data=found.make_data(first))


class _Parity:
    """Takes note of what is not the same in both archives."""

    def __init__(self, *, modes_count: bool) -> None:
        self.only_first, self.only_second = PathList(), PathList()
        self.different, self.modes = PathList(), PathList()
        self.links: dict[str, tuple[TreeMember, TreeMember]] = {}
        self._modes_count = modes_count
        self._grew = 0

    @property
    def lists_are_empty(self) -> bool:
        return not any(
            (self.only_first.count, self.only_second.count, self.different.count, self.modes.count)
        )

    def see(self, path: str, before: TreeMember | None, after: TreeMember | None) -> None:
        if after is None:
            self.only_first.add(path)
        elif before is None:
            self.only_second.add(path)
        elif not is_same(before, after):
            self._note_difference(path, before, after)
        elif self._modes_count and (before.mode ^ after.mode) & _RUN and before.kind == MemberKind.FILE:
            self.modes.add(path)

    def _note_difference(self, path: str, before: TreeMember, after: TreeMember) -> None:
        """Put links off: where one format has a link, the other may have what it leads to."""
        kinds = {before.kind, after.kind}
        if kinds & _LINKS and len(self.links) < _MOST_LINKS:
            self.links[path] = (before, after)
            return
        self.different.add(path)
        is_text = before.content == after.content == ContentKind.TEXT
        self._grew += is_text and before.size != after.size

    def describe(self, first: str, second: str) -> str:
        """Return the difference in words."""
        said = join_phrases(
            self.only_first.phrase(f"only in {first}"),
            self.only_second.phrase(f"only in {second}"),
            self.different.phrase("with other content"),
            self.modes.phrase("executable in one alone"),
        )
        if self._grew and self._grew == self.different.count:
            said += "; all of the latter are text of another length, so perhaps it is their line ends"
        return said

    def make_data(self, first: FileEntry) -> Mapping[str, str | int | bool | tuple[str, ...]]:
        """Return the lists."""
        lists = list_data(
            only_here=self.only_second,
            only_there=self.only_first,
            different=self.different,
            modes=self.modes,
        )
        return {"other": str(first.path), **lists}


PARITY = RevisionCheck("parity", (DIFFERS,), examine)
