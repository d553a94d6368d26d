# SPDX-License-Identifier: Apache-2.0
"""A source archive against the listing of a commit, by the SHA-1 of each file as git names it."""

import hashlib
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from atr.checks.difference_lists import PathList
from atr.checks.source_listing import SourceListing
from atr.checks.tree_pairs import follow_links
from atr.domain.member_difference import find_root
from atr.formats.member import MemberKind
from atr.formats.tree import TreeEntry


class SourceComparison:
    """What was found: files that the commit does not have, or has with other bytes; how many are the same."""

    __slots__ = ("different", "extra", "generated", "in_submodules", "left_out", "same")

    def __init__(self) -> None:
        self.extra, self.different, self.generated = PathList(), PathList(), PathList()
        self.same = 0
        self.in_submodules = 0
        self.left_out = 0


def compare_source(
    read: Callable[[], Iterable[TreeEntry]],
    listing: SourceListing,
    folder: str,
    generated_globs: Iterable[str],
) -> SourceComparison:
    """Compare what stands below the root of an archive with what stands below a folder of the commit."""
    below = f"{folder}/" if folder else ""
    found, globs = SourceComparison(), tuple(generated_globs)
    length = len(find_root(read()))
    ends = _find_link_ends(read)
    matched = 0
    for entry in read():
        if entry.kind is MemberKind.DIRECTORY:
            continue
        path = entry.path[length:]
        wanted = listing.files.get(f"{below}{path}")
        matched += wanted is not None
        if wanted is not None and wanted == _name_blob(entry, ends):
            found.same += 1
        elif any(fnmatchcase(path, glob) for glob in globs):
            found.generated.add(path)
        elif wanted is not None:
            found.different.add(path)
        else:
            found.extra.add(path)
            found.in_submodules += _is_in_submodule(f"{below}{path}", listing)
    found.left_out = sum(path.startswith(below) for path in listing.files) - matched
    return found


def _find_link_ends(read: Callable[[], Iterable[TreeEntry]]) -> dict[str, str]:
    """Return the name of the blob behind each hard link, which git does not know."""
    links = [entry for entry in read() if entry.kind is MemberKind.HARDLINK]
    if not links:
        return {}
    return {path: str(getattr(end, "git", "")) for path, end in follow_links(read, links).items()}


def _name_blob(entry: TreeEntry, ends: dict[str, str]) -> str:
    """Return the name that git gives to the content; of a symbolic link, that is where it leads to."""
    if entry.kind is MemberKind.SYMLINK:
        target = (entry.link or "").encode("utf-8", "surrogateescape")
        return hashlib.sha1(b"blob %d\0%s" % (len(target), target), usedforsecurity=False).hexdigest()
    return ends.get(entry.path, "") if entry.kind is MemberKind.HARDLINK else entry.git


def _is_in_submodule(path: str, listing: SourceListing) -> bool:
    return any(path.startswith(f"{each}/") for each in listing.submodules)
