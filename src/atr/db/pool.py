# SPDX-License-Identifier: Apache-2.0
"""Connections that broke while nobody used them are replaced unseen, mostly without asking the server."""

import select
import time

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

LONGEST_REST_SECONDS = 20.0
_TAKEN_AT = "taken_at"


def replace_broken(engine: Engine) -> None:
    """Have every connection looked at when it is taken from the pool.

    The end of a connection can be read from its socket, so the server itself is only asked where there is
    something to read, or after a longer rest: the network may have forgotten the connection without a word.
    """

    def look(connection: DBAPIConnection, entry: ConnectionPoolEntry, _taken: PoolProxiedConnection) -> None:
        now = time.monotonic()
        rested = now - entry.info.get(_TAKEN_AT, now)
        entry.info[_TAKEN_AT] = now
        try:
            if rested > LONGEST_REST_SECONDS or _has_news(connection):
                engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkout", look)


def _has_news(connection: DBAPIConnection) -> bool:
    """Tell whether something can be read, such as the end."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
