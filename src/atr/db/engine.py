# SPDX-License-Identifier: Apache-2.0
"""Connections to PostgreSQL, all set up alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, make_url

from atr.db.pool import replace_broken
from atr.domain.errors import Refused

_DRIVER = "postgresql+psycopg"
_CONNECT_SECONDS = 5
_POOL_WAIT_SECONDS = 10.0
_IDLE_IN_TRANSACTION = timedelta(minutes=1)
DEFAULT_STATEMENT_TIMEOUT = timedelta(seconds=30)


def create_engine(
    url: URL | str,
    *,
    application: str = "atr",
    pool: int = 10,
    statement_timeout: timedelta = DEFAULT_STATEMENT_TIMEOUT,
) -> Engine:
    """Return an engine that opens at most `pool` connections, each in UTC and with time limits.

    A connection that broke while nobody used it is replaced unseen. Raise Refused for what is no PostgreSQL.
    """
    limits = {
        "timezone": "UTC",
        "jit": "off",  # every statement here is short, and compiling one would take longer than running it
        "statement_timeout": str(_count_milliseconds(statement_timeout)),
        "idle_in_transaction_session_timeout": str(_count_milliseconds(_IDLE_IN_TRANSACTION)),
    }
    engine = sqlalchemy.create_engine(
        parse_url(url),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,  # personal data and secrets stay out of error messages
        connect_args={
            "application_name": application,
            "connect_timeout": _CONNECT_SECONDS,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )
    replace_broken(engine)
    return engine


def parse_url(url: URL | str) -> URL:
    """Return the address with our driver in it, however the operator wrote its scheme."""
    parsed = make_url(url) if isinstance(url, str) else url
    if parsed.drivername not in {"postgresql", "postgres", _DRIVER}:
        raise Refused(f"The database must be a PostgreSQL, not {parsed.drivername}.")
    return parsed.set(drivername=_DRIVER)


def write_conninfo(url: URL | str, *, password: bool = True) -> str:
    """Return the address as PostgreSQL's own programs and psycopg read it."""
    parsed = parse_url(url).set(drivername="postgresql")
    bare = parsed if password else URL.create(**parsed._asdict() | {"password": None})
    return bare.render_as_string(hide_password=False)


def _count_milliseconds(length: timedelta) -> int:
    return int(length / timedelta(milliseconds=1))


@dataclass(slots=True)
class QueryLog:
    """The statements sent while it was kept."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def count_queries(engine: Engine) -> Iterator[QueryLog]:
    """Keep a log of every statement that the engine sends meanwhile, in all threads."""
    log = QueryLog()

    def note(connection: Connection, cursor: object, statement: str, *rest: object) -> None:  # noqa: ARG001
        log.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield log
    finally:
        event.remove(engine, "before_cursor_execute", note)
