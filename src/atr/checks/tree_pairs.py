# SPDX-License-Identifier: Apache-2.0
"""Two archives as the lists of their members, and where the links in them lead."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from atr.checks.contract import RevisionView
from atr.domain.artifact import FileEntry
from atr.domain.member_difference import ReadMembers, TreeMember, is_same
from atr.formats.member import MemberKind
from atr.formats.tree import TreeEntry

_MOST_STEPS = 8


def list_trees(view: RevisionView, *entries: FileEntry) -> tuple[ReadMembers, ReadMembers] | None:
    """Return two archives as lists that can be read again and again; None if one of them is unreadable."""
    first, second = entries
    if view.tree(first) is None or view.tree(second) is None:
        return None
    return partial(read_members, view, first), partial(read_members, view, second)


def read_members(view: RevisionView, entry: FileEntry) -> Iterator[TreeEntry]:
    """Return the members of an archive from the beginning; none when it cannot be read."""
    return view.tree(entry) or iter(())


def resolve_links(
    before: ReadMembers, after: ReadMembers, pairs: Mapping[str, tuple[TreeMember, TreeMember]]
) -> Iterator[tuple[str, bool]]:
    """Yield for each pair whether both are the same once links are followed, each in its own archive."""
    if not pairs:
        return
    left = follow_links(before, (pair[0] for pair in pairs.values()))
    right = follow_links(after, (pair[1] for pair in pairs.values()))
    for path, (one, other) in pairs.items():
        ends = left.get(one.path), right.get(other.path)
        yield path, ends[0] is not None and ends[1] is not None and is_same(ends[0], ends[1])


def follow_links(read: ReadMembers, members: Iterable[TreeMember]) -> dict[str, TreeMember]:
    """Return for each member what it is in the end, by its path; without those that lead nowhere."""
    ends: dict[str, TreeMember] = {}
    open_ones = {each.path: each for each in members}
    for _ in range(_MOST_STEPS):
        ends |= {path: each for path, each in open_ones.items() if not _is_link(each)}
        aims = {path: _aim(each) for path, each in open_ones.items() if _is_link(each)}
        wanted = set(aims.values())
        if not wanted:
            break
        there = {entry.path: entry for entry in read() if entry.path in wanted}
        open_ones = {path: there[aim] for path, aim in aims.items() if aim in there}
    return ends


def _is_link(member: TreeMember) -> bool:
    return member.kind in {MemberKind.SYMLINK, MemberKind.HARDLINK}


def _aim(member: TreeMember) -> str:
    """Return the path a link leads to; a hard link names it from the root of the archive."""
    link = member.link or ""
    base = posixpath.dirname(member.path) if member.kind == MemberKind.SYMLINK else ""
    return posixpath.normpath(posixpath.join(base, link))
