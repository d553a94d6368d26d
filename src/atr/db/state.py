# SPDX-License-Identifier: Apache-2.0
"""The state of the whole database in a few words."""

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

UNKNOWN = ""
# Which transactions have ended, as a statement sees it that begins now: whatever is committed changes it.
_STATE = "SELECT current_database() || ' ' || pg_current_snapshot()"


def read_state(engine: Engine) -> str:
    """Return a name of what can be read now: the same name later means that nothing was written since.

    A database that does not answer has no state; whoever then asks it for more is told why. The driver itself
    is asked, without a transaction around the one statement: this is done for each request.
    """
    try:
        pooled = engine.raw_connection()
    except (SQLAlchemyError, psycopg.Error):
        return UNKNOWN
    try:
        return _ask(pooled.driver_connection)
    except psycopg.Error:
        pooled.invalidate()
        return UNKNOWN
    finally:
        pooled.close()


def _ask(driver: object) -> str:
    assert isinstance(driver, psycopg.Connection)
    driver.autocommit = True
    row = driver.execute(_STATE, prepare=True).fetchone()
    driver.autocommit = False
    return str(row[0]) if row else UNKNOWN
