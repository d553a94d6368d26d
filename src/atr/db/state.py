# SPDX-License-Identifier: Apache-2.0
"""The state of the whole database in a few words."""

from sqlalchemy import Engine, text

from atr.db.faults import translate_faults

# Which transactions have ended, as a statement sees it that begins now: whatever is committed changes it.
_STATE = text("SELECT current_database() || ' ' || pg_current_snapshot()")


def read_state(engine: Engine) -> str:
    """Return a name of what can be read now: the same name later means that nothing was written since."""
    with translate_faults(), engine.connect() as connection:
        return str(connection.execution_options(isolation_level="AUTOCOMMIT").execute(_STATE).scalar_one())
