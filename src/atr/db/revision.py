# SPDX-License-Identifier: Apache-2.0
"""Which revision a database has, told without loading Alembic, which costs a start half a second."""

import re
import subprocess
import sys
from importlib import resources

from sqlalchemy import Engine, inspect, text

from atr.domain.errors import Refused

_REVISION_FILE = re.compile(r"(\d{4})_\w+\.py")


def bring_up_to_date(engine: Engine) -> None:
    """Migrate the database if it is behind, in a process of its own; raise Refused when that fails."""
    if find_current(engine) == find_newest():
        return
    ended = subprocess.run(
        [sys.executable, "-m", "atr.db.migrate"],
        input=engine.url.render_as_string(hide_password=False),
        check=False,
        capture_output=True,
        text=True,
    )
    if ended.returncode != 0:
        raise Refused(f"The database could not be brought up to date: {_read_last_line(ended.stderr)}")


def find_newest() -> str:
    """Return the newest revision this ATR knows."""
    folder = resources.files("atr.db").joinpath("migrations", "versions")
    found = (_REVISION_FILE.fullmatch(each.name) for each in folder.iterdir())
    return max(match[1] for match in found if match)


def find_current(engine: Engine) -> str | None:
    """Return the revision of the database, or None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _read_last_line(text_of_error: str) -> str:
    return (text_of_error.strip().splitlines() or ["no reason was given"])[-1]
