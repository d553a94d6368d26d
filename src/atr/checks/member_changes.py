# SPDX-License-Identifier: Apache-2.0
"""What became of each member of an archive from one release to the next."""

from atr.checks.difference_lists import PathList
from atr.domain.member_difference import TreeMember, is_same
from atr.formats.content import ContentKind
from atr.formats.member import MemberKind

_BINARY = frozenset({ContentKind.BINARY, ContentKind.COMPILED})
_RUN = 0o111
_MOST_PUT_OFF = 50_000
_SHORTEST_VERSION = 3
TIMES = 10
_LARGE_FROM = 100 * 1024  # bytes; below this growth is no surprise


def is_much_larger(before: int, after: int) -> bool:
    """Tell whether a file grew more than a release usually lets it grow; sizes are in bytes."""
    return after >= _LARGE_FROM and after > TIMES * before > 0


class MemberChanges:
    """Watches two trees; `versions` are those of before and after, as far as anybody knows them.

    A member that was added with the new version in its path is the one that was removed with the old one
    there. That is known when all have been seen, so these are put off until `match_renamed`.
    """

    def __init__(self, versions: tuple[str, str]) -> None:
        self.added, self.removed, self.changed = PathList(), PathList(), PathList()
        self.binary, self.compiled, self.larger, self.modes = PathList(), PathList(), PathList(), PathList()
        self.unchanged = 0
        # A version of one or two characters would be found in too many names.
        self._old, self._new = versions if min(map(len, versions)) >= _SHORTEST_VERSION else ("", "")
        self._gone: dict[str, tuple[str, TreeMember]] = {}
        self._come: dict[str, TreeMember] = {}

    def see(self, path: str, before: TreeMember | None, after: TreeMember | None) -> None:
        """Take note of one place."""
        if after is None:
            assert before is not None
            self._see_removed(path, before)
        elif before is not None:
            self._see_both(path, before, after)
        elif self._new and self._new in path and len(self._come) < _MOST_PUT_OFF:
            self._come[path] = after
        else:
            self._see_added(path, after)

    def match_renamed(self) -> None:
        """Finish: bring together what only the version in the path keeps apart."""
        for renamed, (path, before) in self._gone.items():
            after = self._come.pop(renamed, None)
            if after is None:
                self.removed.add(path)
            else:
                self._see_both(renamed, before, after)
        for path, after in self._come.items():
            self._see_added(path, after)

    def _see_removed(self, path: str, before: TreeMember) -> None:
        if self._old and self._old in path and len(self._gone) < _MOST_PUT_OFF:
            self._gone[path.replace(self._old, self._new)] = (path, before)
        else:
            self.removed.add(path)

    def _see_added(self, path: str, after: TreeMember) -> None:
        self.added.add(path)
        self._weigh_content(path, None, after)

    def _see_both(self, path: str, before: TreeMember, after: TreeMember) -> None:
        if (before.mode ^ after.mode) & _RUN and before.mode and after.mode:
            self._weigh_mode(path, before, after)
        if is_same(before, after):
            self.unchanged += 1
            return
        self.changed.add(path)
        self._weigh_content(path, before, after)
        if is_much_larger(before.size, after.size):
            self.larger.add(path)

    def _weigh_mode(self, path: str, before: TreeMember, after: TreeMember) -> None:
        """Note only who may run it: which of the others may is what a umask makes of it."""
        if (
            bool(before.mode & _RUN) != bool(after.mode & _RUN)
            and after.kind == MemberKind.FILE == before.kind
        ):
            self.modes.add(path)

    def _weigh_content(self, path: str, before: TreeMember | None, after: TreeMember) -> None:
        was = before.content if before is not None else ContentKind.EMPTY
        if after.content == ContentKind.COMPILED and was != ContentKind.COMPILED:
            self.compiled.add(path)
        elif after.content == ContentKind.BINARY and was not in _BINARY:
            self.binary.add(path)
