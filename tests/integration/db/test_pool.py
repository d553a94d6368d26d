# SPDX-License-Identifier: Apache-2.0
"""Connections that broke while nobody used them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from atr.db import pool
from atr.db.engine import create_engine


@pytest.fixture
def small_engine(database_url: str) -> Iterator[Engine]:
    """Return an engine with one connection, which was used already."""
    engine = create_engine(database_url, pool=1)
    find_backend(engine)
    yield engine
    engine.dispose()


def find_backend(engine: Engine) -> int:
    """Return the process at the other end."""
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_a_connection_is_used_again(small_engine: Engine) -> None:
    assert find_backend(small_engine) == find_backend(small_engine)


@pytest.mark.parametrize("rest", [pool.LONGEST_REST_SECONDS, -1.0])
def test_one_that_ended_is_replaced_unseen(
    small_engine: Engine, database_url: str, rest: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LONGEST_REST_SECONDS", rest)
    first = find_backend(small_engine)
    other = create_engine(database_url, pool=1)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": first})
    other.dispose()

    assert find_backend(small_engine) != first


def test_after_a_longer_rest_the_server_is_asked(
    small_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LONGEST_REST_SECONDS", -1.0)
    assert find_backend(small_engine) == find_backend(small_engine)


def test_one_that_was_closed_is_replaced_unseen(small_engine: Engine) -> None:
    first = find_backend(small_engine)
    with small_engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert raw is not None
    raw.close()
    assert find_backend(small_engine) != first
