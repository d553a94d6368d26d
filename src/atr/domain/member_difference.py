# SPDX-License-Identifier: Apache-2.0
"""What differs between two archives, member by member, whatever the folder at their root is called."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

_DIRECTORY = "directory"
_Placed = tuple[bytes, "TreeMember"]


class TreeMember(Protocol):
    """A member of an archive as it was recorded; `sha256` is empty for what is no file."""

    @property
    def path(self) -> str:
        """Return the path without `./`."""

    @property
    def kind(self) -> str:
        """Return what it is on a file system."""

    @property
    def mode(self) -> int:
        """Return the permission bits; 0 when the archive knows none."""

    @property
    def size(self) -> int:
        """Return the size in bytes."""

    @property
    def sha256(self) -> str:
        """Return the digest of the content in hexadecimal."""

    @property
    def content(self) -> str:
        """Return what the content is: empty, text, binary or compiled."""

    @property
    def link(self) -> str | None:
        """Return where a link leads."""


class Watcher(Protocol):
    """Looks at one place after another; a member that is not there is None."""

    def see(self, path: str, before: TreeMember | None, after: TreeMember | None) -> None:
        """Take note of what stands at a path, given without the folder at the root."""


ReadMembers = Callable[[], Iterable[TreeMember]]  # from the beginning each time, in order of the paths' bytes
Watching = TypeVar("Watching", bound=Watcher)


class _Rootless(Exception):
    """Raised when a tree turns out not to stand in one folder."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side


def watch_members(before: ReadMembers, after: ReadMembers, begin: Callable[[], Watching]) -> Watching:
    """Show two trees to a new watcher, in order of their paths, and return it; folders are left out.

    The folder that holds a whole tree does not count. Whether there is one is known at the end only, so
    another watcher may have to begin again; in return nothing is held in memory.
    """
    rooted = [True, True]
    while True:
        watcher = begin()
        try:
            _merge(_place(before(), 0, rooted[0]), _place(after(), 1, rooted[1]), watcher)
        except _Rootless as found:
            rooted[found.side] = False
        else:
            return watcher


def is_same(before: TreeMember, after: TreeMember) -> bool:
    """Tell whether two members are the same to whoever unpacks them, permissions aside."""
    if before.sha256 or after.sha256:
        return before.sha256 == after.sha256
    return (before.kind, before.link) == (after.kind, after.link)


def find_root(entries: Iterable[TreeMember]) -> str:
    """Return the folder that holds all members, with a slash at its end; empty when there is none."""
    root = ""
    for entry in entries:
        root = root or f"{entry.path.partition('/')[0]}/"
        is_folder = entry.kind == _DIRECTORY
        if not (f"{entry.path}/" if is_folder else entry.path).startswith(root):
            return ""
    return root


def _place(entries: Iterable[TreeMember], side: int, rooted: bool) -> Iterator[_Placed]:
    """Yield each member under the bytes of its path, which is how trees are sorted; each path once."""
    root, last = None if rooted else "", b""
    length = 0
    for entry in entries:
        path = entry.path
        if root is None:
            root = f"{path.partition('/')[0]}/"
            length = len(root)
        if entry.kind == _DIRECTORY and (not length or f"{path}/".startswith(root)):
            continue
        if length and not path.startswith(root):
            raise _Rootless(side)
        key = path[length:].encode("utf-8", "surrogateescape")
        if key != last:
            last = key
            yield key, entry


def _merge(before: Iterator[_Placed], after: Iterator[_Placed], watcher: Watcher) -> None:
    left, right = next(before, None), next(after, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            watcher.see(_decode(left[0]), left[1], None)
            left = next(before, None)
        elif left is None or right[0] < left[0]:
            watcher.see(_decode(right[0]), None, right[1])
            right = next(after, None)
        else:
            watcher.see(_decode(left[0]), left[1], right[1])
            left, right = next(before, None), next(after, None)


def _decode(key: bytes) -> str:
    return key.decode("utf-8", "surrogateescape")
