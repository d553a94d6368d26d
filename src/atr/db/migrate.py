# SPDX-License-Identifier: Apache-2.0
"""The database brought up to the newest revision; `python -m atr.db.migrate` reads an address and does it."""

import sys
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from atr.db.engine import create_engine
from atr.db.revision import find_newest
from atr.domain.errors import Refused

_LOCK = 4_172_001  # any number, used for nothing else in this database


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision, wholly or not at all; wait for others who do the same.

    Raise Refused when a newer ATR has been at this database.
    """
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(connection)
        command.upgrade(make_config(connection), "head")


def make_config(connection: Connection) -> Config:
    """Return what Alembic's commands need to work on this connection."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("atr.db").joinpath("migrations")))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found > find_newest():
        raise Refused(
            f"The database is at revision {found}, and this ATR knows only up to {find_newest()}: "
            "start the newer ATR, or restore a backup made before it."
        )


def main() -> None:
    """Migrate the database whose address comes on the standard input, where no list of processes shows it."""
    engine = create_engine(sys.stdin.read().strip(), application="atr migrate", pool=1)
    migrate(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
