# SPDX-License-Identifier: Apache-2.0
"""Revisions and known contents in the database."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine

from atr.db.engine import count_queries
from atr.db.releases import ReleaseRows
from atr.db.revisions import RevisionRows
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.errors import Conflict, NotFound
from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, Fingerprint, ReleaseKey
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.services.door import Door
from tests.support.playground import make_project

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = ReleaseKey.parse("demo/1.0")
OTHER = ReleaseKey.parse("demo/2.0")
SIGNER = Fingerprint("ab" * 20)


def make_content(text: str) -> Content:
    data = text.encode()
    return Content(
        Digest("sha512", hashlib.sha512(data).hexdigest()),
        Digest("sha256", hashlib.sha256(data).hexdigest()),
        len(data),
    )


def make_revision(number: int, **files: str) -> Revision:
    entries = tuple(FileEntry(FilePath(path), make_content(text)) for path, text in sorted(files.items()))
    return Revision(KEY, number, entries, NOON, "rm", f"number {number}")


@pytest.fixture
def rows(engine: Engine, door: Door) -> Iterator[RevisionRows]:
    make_project(door)
    with engine.connect() as connection:
        for key in (KEY, OTHER):
            ReleaseRows(connection).add(Release(key, Phase.COMPOSE, NOON, "rm", NOON))
        yield make_rows(connection)


def make_rows(connection: Connection) -> RevisionRows:
    rows = RevisionRows(connection)
    for text in ("one", "two", "three"):
        rows.add_content(make_content(text))
    return rows


def test_a_revision_comes_back_with_its_files(rows: RevisionRows) -> None:
    revision = make_revision(1, **{"b.txt": "two", "a.txt": "one", "dir/ü.txt": "one"})
    rows.add(revision)
    assert rows.find(KEY, 1) == revision
    assert rows.find(KEY, 2) is None
    assert rows.find(OTHER, 1) is None
    assert rows.find_summary(KEY, 2) is None


def test_summaries_come_newest_first(rows: RevisionRows) -> None:
    rows.add(make_revision(1, a="one"))
    rows.add(make_revision(2, a="one", b="three"))
    newest, oldest = rows.list(KEY)
    assert (newest.number, newest.file_count, newest.total_size, newest.description) == (2, 2, 8, "number 2")
    assert newest.manifest_digest == make_revision(2, a="one", b="three").manifest_digest
    assert rows.find_summary(KEY, 1) == oldest
    assert rows.list(OTHER) == ()


def test_a_number_is_used_once(rows: RevisionRows) -> None:
    rows.add(make_revision(1, a="one"))
    with pytest.raises(Conflict, match="there already"):
        rows.add(make_revision(1, a="two"))


def test_a_revision_names_known_contents_only(rows: RevisionRows) -> None:
    with pytest.raises(NotFound, match="1 of the files"):
        rows.add(make_revision(1, a="one", b="never stored"))


def test_an_empty_revision_can_be_kept(rows: RevisionRows) -> None:
    rows.add(make_revision(1))
    assert rows.find(KEY, 1) == make_revision(1)


def test_the_sweep_is_told_what_revisions_name(rows: RevisionRows) -> None:
    rows.add(make_revision(1, a="one", b="two", c="one"))
    assert set(rows.list_digests()) == {make_content("one").sha512, make_content("two").sha512}


def test_known_contents_are_found_in_one_query(rows: RevisionRows, engine: Engine) -> None:
    one, unknown = make_content("one"), make_content("never stored")
    rows.add_content(replace(one, size=99))
    with count_queries(engine) as log:
        assert rows.find_contents([one.sha512, unknown.sha512]) == {one.sha512: one}
    assert len(log) == 1
    assert rows.find_content(unknown.sha512) is None


def test_one_file_is_found_without_the_others(rows: RevisionRows) -> None:
    revision = make_revision(1, a="one", b="two")
    rows.add(revision)
    assert rows.find_file(KEY, 1, FilePath("b")) == revision.files[1]
    assert rows.find_file(KEY, 1, FilePath("c")) is None
    assert rows.find_file(OTHER, 1, FilePath("b")) is None


def test_a_key_that_signed_is_remembered(rows: RevisionRows) -> None:
    assert not rows.has_signed(SIGNER)
    rows.note_signature(KEY, FilePath("a"), SIGNER)
    rows.note_signature(KEY, FilePath("a"), SIGNER)
    assert rows.has_signed(SIGNER)


def test_many_files_need_no_query_each(rows: RevisionRows, engine: Engine) -> None:
    files = {f"file-{number:05}": "one" for number in range(3_000)}
    with count_queries(engine) as log:
        rows.add(make_revision(1, **files))
        found = rows.find(KEY, 1)
    assert found is not None
    assert len(found.files) == 3_000
    assert len(log) <= 4
