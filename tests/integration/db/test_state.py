# SPDX-License-Identifier: Apache-2.0
"""The state of the database: the same as long as nothing is written, and never again after that."""

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from atr.db.engine import create_engine
from atr.db.state import UNKNOWN, read_state


def test_reading_changes_nothing(engine: Engine) -> None:
    def look() -> bool:
        before = read_state(engine)
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM projects"))
        return read_state(engine) == before

    assert any(look() for _ in range(20))  # other tests write into the same cluster


def test_whatever_is_committed_changes_it_in_whatever_order(engine: Engine) -> None:
    states = [read_state(engine)]
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.execute(text("SELECT pg_current_xact_id()"))
        states.append(read_state(engine))
        second.commit()
        states.append(read_state(engine))
        first.commit()
        states.append(read_state(engine))
    assert len(set(states[1:])) == 3
    assert states[0] not in states[2:]


def test_a_database_that_is_not_there_has_no_state() -> None:
    assert read_state(create_engine("postgresql://nobody@/none?host=/nowhere")) == UNKNOWN


def test_one_that_fails_has_no_state_and_is_asked_again(engine: Engine) -> None:
    @event.listens_for(engine, "checkout", once=True)
    def break_transaction(connection: psycopg.Connection, *_rest: object) -> None:
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT no_such_function()")

    assert read_state(engine) == UNKNOWN
    assert read_state(engine) != UNKNOWN
