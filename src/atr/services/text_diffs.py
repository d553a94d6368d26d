# SPDX-License-Identifier: Apache-2.0
"""What changed inside a text: a file of a release, or a member of an archive."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from atr.domain.artifact import Content, FileEntry
from atr.domain.errors import NotFound, Refused, TooLarge
from atr.domain.member_difference import find_root
from atr.domain.names import FilePath
from atr.domain.text_difference import LineKind, TextHunk, compare_texts
from atr.formats.archive import find_suffix
from atr.formats.text_lines import LARGEST_TEXT, split_lines
from atr.formats.tree import read_tree
from atr.formats.tree_key import make_tree_key
from atr.ports.blobs import Blobs
from atr.ports.member_texts import MemberTexts
from atr.services.door import Query, Work
from atr.services.revision_diffs import DiffReleases, DiffRevisions, FileChange

LARGEST_ARCHIVE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TextSide:
    """Where the text stands on one side; `tree` lists the members of the archive around it, if any."""

    entry: FileEntry
    tree: bytes | None


@dataclass(frozen=True, slots=True)
class TextPair:
    """Two texts to compare, with what reads them; outlives the transaction that found them.

    `member` is its path below the root of the archive, empty for a file of the release itself.
    """

    path: FilePath
    member: str
    old: str
    new: str
    before: TextSide | None
    after: TextSide | None
    blobs: Blobs
    texts: MemberTexts


@dataclass(frozen=True, slots=True)
class TextDiff:
    """The changes of a text, with how many lines were added and removed."""

    path: FilePath
    member: str
    old: str
    new: str
    hunks: tuple[TextHunk, ...]
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class FindTexts(Query[TextPair]):
    """Find the two sides of a text; reading them takes longer than a transaction should."""

    files: DiffReleases | DiffRevisions
    path: FilePath
    member: str = ""

    def answer(self, work: Work) -> TextPair:
        """Return them; raise NotFound unless the file changed and, for a member, its archive was examined."""
        diff = self.files.answer(work)
        change = next((each for each in diff.changes if each.path == self.path), None)
        if change is None:
            raise NotFound("change of", self.path)
        before, after = self._find_sides(work, change)
        around = work.around
        return TextPair(self.path, self.member, diff.old, diff.new, before, after, around.blobs, around.texts)

    def _find_sides(self, work: Work, change: FileChange) -> Iterator[TextSide | None]:
        for content in (change.before, change.after):
            yield None if content is None else self._find_side(work, content)

    def _find_side(self, work: Work, content: Content) -> TextSide:
        entry = FileEntry(self.path, content)
        if not self.member:
            return TextSide(entry, None)
        if find_suffix(self.path) is None:
            raise NotFound("archive", self.path)
        if content.size > LARGEST_ARCHIVE:
            raise TooLarge(f"{self.path} is too large for texts in it to be shown: download it.")
        tree = work.unit.checks.find_tree(make_tree_key(entry))
        if not tree:
            raise NotFound("list of members of", self.path)
        return TextSide(entry, tree)


def read_difference(pair: TextPair) -> TextDiff:
    """Read both sides and compare them; raise NotFound when the text is on neither, Refused for no text."""
    before, after = (_read_side(pair, side) for side in (pair.before, pair.after))
    if before is None and after is None:
        raise NotFound("text", pair.member or pair.path)
    hunks = compare_texts(before or (), after or ())
    count = partial(_count_lines, hunks)
    return TextDiff(
        pair.path, pair.member, pair.old, pair.new, hunks, count(LineKind.ADDED), count(LineKind.REMOVED)
    )


def _count_lines(hunks: tuple[TextHunk, ...], kind: LineKind) -> int:
    return sum(line.kind is kind for hunk in hunks for line in hunk.lines)


def _read_side(pair: TextPair, side: TextSide | None) -> tuple[str, ...] | None:
    if side is None:
        return None
    if side.tree is not None:
        root = find_root(read_tree(side.tree))
        return pair.texts.read(side.entry, f"{root}{pair.member}")
    lines = split_lines(pair.blobs.open(side.entry.content.sha512).read_range(0, LARGEST_TEXT + 1))
    if isinstance(lines, str):
        raise Refused(lines)
    return lines
