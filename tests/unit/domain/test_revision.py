# SPDX-License-Identifier: Apache-2.0
"""Revisions: changed as a whole, compared, and named by a digest that depends on nothing but the files."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies

from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.errors import Conflict, Invalid
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.revision import Revision, RevisionDiff, change_files, compare_files, encode_manifest

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = ReleaseKey.parse("demo/1.0")
Files = dict[str, str]


def content(text: str) -> Content:
    data = text.encode()
    sha512, sha256 = hashlib.sha512(data).hexdigest(), hashlib.sha256(data).hexdigest()
    return Content(Digest("sha512", sha512), Digest("sha256", sha256), len(data))


def entries(files: Files) -> tuple[FileEntry, ...]:
    return tuple(FileEntry(FilePath(path), content(text)) for path, text in files.items())


def change(base: Files, add: Files, remove: tuple[str, ...] = ()) -> list[str]:
    added = {FilePath(path): content(text) for path, text in add.items()}
    return [each.path for each in change_files(entries(base), added, map(FilePath, remove))]


def test_a_change_adds_replaces_and_removes() -> None:
    assert change({"b": "1", "a": "1"}, {"c": "2", "a": "2"}, ("b",)) == ["a", "c"]
    files = change_files(entries({"a": "old"}), {FilePath("a"): content("new")}, ())
    assert files == entries({"a": "new"})


def test_all_files_that_cannot_be_removed_are_named() -> None:
    with pytest.raises(Invalid) as refused:
        change({"a": "1"}, {}, ("z", "b", "a"))
    assert [problem.message for problem in refused.value.problems] == [
        "There is no file b to remove.",
        "There is no file z to remove.",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("readme", "README"), ("straße", "STRASSE"), ("x/ﬁle", "x/file"), ("é", "É"), ("a", "\uff41")],
)
def test_paths_that_differ_only_by_case_or_form_collide(old: str, new: str) -> None:
    with pytest.raises(Conflict, match="differ only by case"):
        change({old: "1"}, {new: "2"})
    assert change({old: "1"}, {new: "2"}, (old,)) == [new]


@pytest.mark.parametrize(("file", "below"), [("a", "a/b"), ("A", "a/b/c"), ("x/a", "x/a/b")])
def test_a_file_cannot_be_a_folder_too(file: str, below: str) -> None:
    with pytest.raises(Conflict, match="cannot stand below it"):
        change({file: "1"}, {below: "2"})
    with pytest.raises(Conflict, match="cannot stand below it"):
        change({below: "1"}, {file: "2"})


def test_siblings_of_similar_names_do_not_collide() -> None:
    assert change({"a-b": "1", "a": "1"}, {"a.c": "2", "ab/c": "3"}) == ["a", "a-b", "a.c", "ab/c"]


def test_a_release_holds_a_limited_number_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atr.domain.revision.MOST_FILES", 2)
    assert len(change({"a": "1"}, {"b": "1"})) == 2
    with pytest.raises(Invalid, match="at most 2 files"):
        change({"a": "1", "b": "1"}, {"c": "1"})


def test_differences_are_told_by_path() -> None:
    found = compare_files(entries({"a": "1", "b": "1", "c": "1"}), entries({"b": "2", "c": "1", "d": "1"}))
    assert found == RevisionDiff((FilePath("d"),), (FilePath("a"),), (FilePath("b"),))


def test_the_manifest_is_canonical() -> None:
    text = encode_manifest(entries({"b": "two", "a": "one"}))
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines == [
        ["a", hashlib.sha512(b"one").hexdigest(), 3],
        ["b", hashlib.sha512(b"two").hexdigest(), 3],
    ]
    assert encode_manifest(()) == b""


def test_a_revision_is_named_by_its_files_alone() -> None:
    first = Revision(KEY, 1, entries({"a": "1"}), NOON, "rm", "first")
    same = Revision(KEY, 7, entries({"a": "1"}), NOON + timedelta(days=1), "alice", "other")
    other = Revision(KEY, 1, entries({"a": "2"}), NOON, "rm", "first")
    assert first.manifest_digest == same.manifest_digest
    assert first.manifest_digest != other.manifest_digest
    assert first.manifest_digest.hex == hashlib.sha512(first.manifest).hexdigest()


def test_a_file_is_found_by_its_path() -> None:
    revision = Revision(KEY, 1, entries({"a": "1", "b": "2"}), NOON, "rm")
    assert revision.find_file(FilePath("b")) == revision.files[1]
    assert revision.find_file(FilePath("c")) is None


names = strategies.sampled_from(["a", "b", "c", "d/e", "d/f", "g"])
some_files = strategies.dictionaries(names, strategies.sampled_from(["1", "2", "3"]), max_size=6)


@given(some_files, some_files)
def test_different_files_never_share_a_manifest(left: Files, right: Files) -> None:
    assert (encode_manifest(entries(left)) == encode_manifest(entries(right))) == (left == right)


@given(some_files, some_files)
def test_what_was_compared_can_be_made_again(old: Files, new: Files) -> None:
    found = compare_files(entries(old), entries(new))
    add = {path: content(new[path]) for path in (*found.added, *found.changed)}
    made = change_files(entries(old), add, found.removed)
    assert made == tuple(sorted(entries(new), key=lambda entry: entry.path))
