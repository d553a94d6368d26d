# SPDX-License-Identifier: Apache-2.0
"""Two trees seen side by side, whatever their roots are called."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis.strategies import lists, text

from atr.domain.member_difference import TreeMember, find_root, is_same, watch_members


@dataclass(frozen=True)
class Item:
    """A member that is told by its path and digest."""

    path: str
    sha256: str = "1"
    kind: str = "file"
    mode: int = 0o644
    size: int = 1
    content: str = "text"
    link: str | None = None


class Record:
    """Writes down what it sees."""

    def __init__(self) -> None:
        self.seen: dict[str, tuple[str | None, str | None]] = {}

    def see(self, path: str, before: TreeMember | None, after: TreeMember | None) -> None:
        self.seen[path] = (before.sha256 if before else None, after.sha256 if after else None)


def watch(before: Iterable[Item], after: Iterable[Item]) -> dict[str, tuple[str | None, str | None]]:
    """Return what is seen of two trees, sorted as trees are."""
    trees = [
        sorted(tree, key=lambda item: item.path.encode("utf-8", "surrogateescape"))
        for tree in (before, after)
    ]
    return watch_members(lambda: trees[0], lambda: trees[1], Record).seen


def test_each_place_is_seen_once_with_what_stands_there() -> None:
    before = [Item("x-1/a"), Item("x-1/b"), Item("x-1/dir", kind="directory")]
    after = [Item("y", kind="directory"), Item("y/b", "2"), Item("y/c", "3")]
    assert watch(before, after) == {"a": ("1", None), "b": ("1", "2"), "c": (None, "3")}


@pytest.mark.parametrize(
    "rootless",
    [
        [Item("a"), Item("b")],
        [Item("a/x"), Item("b")],
        [Item("a"), Item("a-b"), Item("a/x")],
        [Item("a", kind="directory"), Item("a-b"), Item("a/x")],
        [Item("a", kind="directory"), Item("a-b", kind="directory"), Item("a-b/x")],
        [Item("only")],
    ],
)
def test_a_tree_without_a_root_keeps_its_paths(rootless: list[Item]) -> None:
    files = {item.path for item in rootless if item.kind != "directory"}
    assert set(watch(rootless, [])) == files
    assert set(watch([], rootless)) == files
    assert find_root(rootless) == ""


@pytest.mark.parametrize(
    ("tree", "root"),
    [
        ([Item("r/a"), Item("r/b/c")], "r/"),
        ([Item("r", kind="directory"), Item("r/a")], "r/"),
        ([Item("r", kind="directory")], "r/"),
        ([], ""),
    ],
)
def test_the_root_is_what_holds_everything(tree: list[Item], root: str) -> None:
    assert find_root(tree) == root


def test_a_member_that_is_there_twice_is_seen_once() -> None:
    assert watch([Item("r/a", "1"), Item("r/a", "2")], [Item("r/a", "1")]) == {"a": ("1", "1")}


def test_names_that_are_no_text_are_compared_as_bytes() -> None:
    names = [f"r/{name}" for name in ("\udcff", "\ue000", "\U0001f600", "z", "é")]
    found = watch(map(Item, names), map(Item, names))
    assert set(found.values()) == {("1", "1")}
    assert len(found) == len(names)


paths = lists(text("ab/-\udcffé", min_size=1, max_size=5).filter(lambda path: "//" not in f"/{path}/"))


@given(paths, paths)
def test_nothing_is_lost_and_nothing_invented(before: list[str], after: list[str]) -> None:
    seen = watch([Item(f"r/{path}", "1") for path in before], [Item(f"r/{path}", "2") for path in after])
    assert {path for path, pair in seen.items() if pair[0]} == set(before)
    assert {path for path, pair in seen.items() if pair[1]} == set(after)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Item("a", "1"), Item("b", "1"), True),
        (Item("a", "1"), Item("a", "2"), False),
        (Item("a", "1"), Item("a", "", kind="symlink", link="x"), False),
        (Item("a", "", kind="symlink", link="x"), Item("a", "", kind="symlink", link="x"), True),
        (Item("a", "", kind="symlink", link="x"), Item("a", "", kind="symlink", link="y"), False),
        (Item("a", "", kind="fifo"), Item("a", "", kind="device"), False),
    ],
)
def test_content_decides_and_links_by_where_they_lead(one: Item, other: Item, same: bool) -> None:
    assert is_same(one, other) is same
