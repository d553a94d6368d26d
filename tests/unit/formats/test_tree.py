# SPDX-License-Identifier: Apache-2.0
"""What is inside an archive, kept as a list."""

import pytest
from backports import zstd

from atr.formats.content import ContentKind
from atr.formats.member import MemberKind
from atr.formats.tree import TreeEntry, pack_rows, read_tree, write_tree


def describe(path: str, link: str | None = None) -> TreeEntry:
    """Return an entry of a tree."""
    kind = MemberKind.FILE if link is None else MemberKind.SYMLINK
    return TreeEntry(path, kind, 0o644, 7, "ab" * 32, "cd" * 20, ContentKind.TEXT, link)


def test_a_tree_gives_back_what_was_written_in_order_of_paths() -> None:
    entries = [describe("b\nc"), describe("a/x"), describe("a"), describe("z", "a"), describe("\udcff")]
    assert list(read_tree(write_tree(entries))) == [entries[at] for at in (2, 1, 0, 3, 4)]


def test_the_tree_of_nothing_is_empty() -> None:
    assert list(read_tree(write_tree([]))) == []


def test_a_tree_of_many_pieces_is_read_whole() -> None:
    entries = [describe(f"{number:06}{'x' * 300}") for number in range(5_000)]
    assert list(read_tree(write_tree(entries))) == entries


def test_a_nul_in_a_name_does_not_break_the_rows() -> None:
    (entry,) = read_tree(write_tree([describe("a\0b", "c\0d")]))
    assert (entry.path, entry.link) == ("a\ufffdb", "c\ufffdd")


def test_a_tree_larger_than_any_archive_may_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atr.formats.tree._LARGEST", 100)
    with pytest.raises(ValueError, match="too long"):
        list(read_tree(write_tree([describe("a"), describe("b")])))


@pytest.mark.parametrize("data", [b"", b"no tree", write_tree([describe("a")])[:-9]])
def test_what_is_no_tree_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="list of an archive's members"):
        list(read_tree(data))


def test_a_tree_with_half_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="incomplete row"):
        list(read_tree(zstd.compress(b"a\0file\0644")))


def test_a_row_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        list(read_tree(pack_rows([b"a\0door\x00644\x007\0\0\0text\0"])))
