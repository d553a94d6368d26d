# SPDX-License-Identifier: Apache-2.0
"""Connections: how they are set up, and what becomes of them when the database goes away."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from atr.db.embedded import EmbeddedServer
from atr.db.engine import count_queries, create_engine, write_conninfo
from atr.db.faults import translate_faults
from atr.domain.errors import Conflict, Refused, Unavailable


@pytest.fixture
def own_server(quick_path: Path) -> Iterator[EmbeddedServer]:
    """Return a running server that this test may stop."""
    server = EmbeddedServer(quick_path)
    server.start()
    yield server
    server.stop()


def test_every_connection_is_in_utc_named_and_limited(database_url: str) -> None:
    engine = create_engine(database_url, application="atr test", statement_timeout=timedelta(seconds=7))
    with engine.connect() as connection:
        shown = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("timezone", "application_name", "statement_timeout")
        ]
    engine.dispose()

    assert shown == ["UTC", "atr test", "7s"]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_scheme_may_be_written_in_any_usual_way(scheme: str, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql+psycopg", scheme))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(Refused, match="must be a PostgreSQL, not sqlite"):
        create_engine("sqlite://")


def test_an_address_for_programs_can_go_without_its_password() -> None:
    assert write_conninfo("postgres://a:secret@h/d", password=False) == "postgresql://a@h/d"
    assert write_conninfo("postgres://a:secret@h/d") == "postgresql://a:secret@h/d"


def test_statements_are_counted_only_while_asked_for(engine: Engine) -> None:
    with engine.connect() as connection:
        with count_queries(engine) as log:
            connection.execute(text("SELECT 1"))
            connection.execute(text("SELECT 2"))
        connection.execute(text("SELECT 3"))

    assert len(log) == 2
    assert log.statements == ["SELECT 1", "SELECT 2"]


def test_a_lost_database_is_told_and_forgotten_when_it_is_back(own_server: EmbeddedServer) -> None:
    engine = create_engine(own_server.url, pool=1)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        own_server.stop()
        with pytest.raises(Unavailable, match="does not answer"), translate_faults():
            connection.execute(text("SELECT 1"))
    with pytest.raises(Unavailable, match="does not answer"), translate_faults(), engine.connect():
        pass

    assert own_server.ensure_running() is True

    with translate_faults(), engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    own_server.stop()
    own_server.start()
    with translate_faults(), engine.connect() as connection:
        assert connection.execute(text("SELECT 2")).scalar() == 2
    engine.dispose()


def test_a_statement_that_takes_too_long_is_stopped(database_url: str) -> None:
    engine = create_engine(database_url, statement_timeout=timedelta(milliseconds=50))

    with (
        pytest.raises(Unavailable, match="took too long"),
        translate_faults(),
        engine.connect() as connection,
    ):
        connection.execute(text("SELECT pg_sleep(10)"))
    engine.dispose()


def test_the_second_of_two_equal_rows_is_a_conflict(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sample (a integer PRIMARY KEY)"))
        connection.execute(text("INSERT INTO sample VALUES (1)"))

    with pytest.raises(Conflict), translate_faults(), engine.begin() as connection:
        connection.execute(text("INSERT INTO sample VALUES (1)"))


def test_no_value_of_a_statement_gets_into_an_error(engine: Engine) -> None:
    with pytest.raises(Exception) as caught, engine.connect() as connection:  # noqa: PT011
        connection.execute(text("SELECT no_such_function(:value)"), {"value": "canary"})

    assert "no_such_function" in str(caught.value)
    assert "canary" not in str(caught.value)
