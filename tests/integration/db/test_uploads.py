# SPDX-License-Identifier: Apache-2.0
"""Uploads under way in the database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from atr.db.releases import ReleaseRows
from atr.db.uploads import UploadRows
from atr.domain.artifact import Digest
from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, ReleaseKey, UserId
from atr.domain.release import Release
from atr.ports.repositories.releases import Upload
from atr.services.door import Door
from tests.support.playground import make_project

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = ReleaseKey.parse("demo/1.0")
FIRST = Upload("first", KEY, FilePath("a.tgz"), 10, Digest("sha512", "ab" * 64), UserId("rm"), NOON)
SECOND = replace(FIRST, id="second", owner=None, created_at=NOON + timedelta(hours=1))


@pytest.fixture
def rows(engine: Engine, door: Door) -> Iterator[UploadRows]:
    make_project(door)
    with engine.connect() as connection:
        ReleaseRows(connection).add(Release(KEY, Phase.COMPOSE, NOON, "rm", NOON))
        yield UploadRows(connection)


def test_an_upload_is_kept_until_it_is_forgotten(rows: UploadRows) -> None:
    rows.add(FIRST)
    rows.add(SECOND)
    assert rows.find("first") == FIRST
    rows.complete("first")
    assert rows.find("first") == replace(FIRST, complete=True)
    assert rows.find("second") == SECOND
    rows.delete("first")
    assert rows.find("first") is None
