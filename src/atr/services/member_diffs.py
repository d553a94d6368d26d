# SPDX-License-Identifier: Apache-2.0
"""What changed inside the archives from one release or revision to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from atr.domain.artifact import Content, FileEntry
from atr.domain.errors import NotFound
from atr.domain.member_difference import TreeMember, is_same, watch_members
from atr.domain.names import FilePath
from atr.formats.archive import find_suffix
from atr.formats.tree import read_tree
from atr.formats.tree_key import make_tree_key
from atr.services.door import Query, Work
from atr.services.revision_diffs import ChangeKind, Diff, DiffReleases, DiffRevisions, FileChange

FIRST_MEMBERS = 100  # of each archive, when all files are shown
_MOST_ARCHIVES = 20  # so that a page of hundreds of archives does not take minutes


class MemberChangeKind(StrEnum):
    """What happened to a member; `mode` when only its permissions are other ones."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class MemberState:
    """A member on one side: the size is in bytes, and `sha256` is empty for what is no file."""

    kind: str
    mode: int
    size: int
    sha256: str
    content: str
    link: str | None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What happened to one member, by its path below the root of the archive."""

    path: str
    kind: MemberChangeKind
    before: MemberState | None
    after: MemberState | None


@dataclass(frozen=True, slots=True)
class MemberDiff:
    """Some of the changes inside an archive in order of their paths; `counts` are of all of them.

    `next` is how many changes come before those that follow, None at the end.
    """

    counts: Mapping[MemberChangeKind, int]
    unchanged: int
    items: tuple[MemberChange, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class DetailedDiff:
    """The changes of files, and of those archives whose members are known the changes inside them."""

    diff: Diff
    members: Mapping[FilePath, MemberDiff]


@dataclass(frozen=True, slots=True)
class DiffWithMembers(Query[DetailedDiff]):
    """What changed, with the first changes inside each archive."""

    files: DiffReleases | DiffRevisions

    def answer(self, work: Work) -> DetailedDiff:
        """Return the changes; archives that were not examined yet, or cannot be read, are left out."""
        diff = self.files.answer(work)
        archives = [change for change in diff.changes if _has_both(change)][:_MOST_ARCHIVES]
        compared = {each.path: _compare(work, each, 0, FIRST_MEMBERS) for each in archives}
        return DetailedDiff(diff, {path: found for path, found in compared.items() if found is not None})


@dataclass(frozen=True, slots=True)
class DiffMembers(Query[MemberDiff]):
    """What changed inside one archive, piece by piece."""

    files: DiffReleases | DiffRevisions
    path: FilePath
    skip: int = 0
    limit: int = FIRST_MEMBERS

    def answer(self, work: Work) -> MemberDiff:
        """Return the changes; raise NotFound unless both sides are archives whose members are known."""
        changes = (each for each in self.files.answer(work).changes if each.path == self.path)
        change = next(changes, None)
        found = _compare(work, change, self.skip, self.limit) if change and _has_both(change) else None
        if found is None:
            raise NotFound("difference of members of", self.path)
        return found


def _has_both(change: FileChange) -> bool:
    return change.kind is ChangeKind.CHANGED and find_suffix(change.path) is not None


def _compare(work: Work, change: FileChange, skip: int, limit: int) -> MemberDiff | None:
    before, after = (_find_tree(work, change.path, side) for side in (change.before, change.after))
    if not before or not after:
        return None
    window = partial(_Window, skip, limit)
    return watch_members(partial(read_tree, before), partial(read_tree, after), window).conclude()


def _find_tree(work: Work, path: FilePath, content: Content | None) -> bytes | None:
    return work.unit.checks.find_tree(make_tree_key(FileEntry(path, content))) if content else None


class _Window:
    """Counts all changes and keeps those of one page."""

    def __init__(self, skip: int, limit: int) -> None:
        self._counts = dict.fromkeys(MemberChangeKind, 0)
        self._unchanged = 0
        self._seen = 0
        self._kept = range(skip, skip + limit)
        self._items: list[MemberChange] = []

    def see(self, path: str, before: TreeMember | None, after: TreeMember | None) -> None:
        kind = _name_change(before, after)
        if kind is None:
            self._unchanged += 1
            return
        self._counts[kind] += 1
        if self._seen in self._kept:
            self._items.append(MemberChange(_clean(path), kind, _describe(before), _describe(after)))
        self._seen += 1

    def conclude(self) -> MemberDiff:
        following = self._kept.stop if self._seen > self._kept.stop else None
        return MemberDiff(self._counts, self._unchanged, tuple(self._items), following)


def _name_change(before: TreeMember | None, after: TreeMember | None) -> MemberChangeKind | None:
    if before is None:
        return MemberChangeKind.ADDED
    if after is None:
        return MemberChangeKind.REMOVED
    if not is_same(before, after):
        return MemberChangeKind.CHANGED
    return MemberChangeKind.MODE if before.mode != after.mode else None


def _describe(member: TreeMember | None) -> MemberState | None:
    if member is None:
        return None
    link = None if member.link is None else _clean(member.link)
    return MemberState(str(member.kind), member.mode, member.size, member.sha256, str(member.content), link)


def _clean(text: str) -> str:
    """Return text without bytes that are no UTF-8, which names inside archives may hold."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
