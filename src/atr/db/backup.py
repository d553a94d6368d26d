# SPDX-License-Identifier: Apache-2.0
"""The whole database in one file, and back."""

import os
import secrets
import tempfile
from pathlib import Path

from sqlalchemy import URL

from atr.db.engine import parse_url, write_conninfo
from atr.db.programs import ProgramFailed, Programs
from atr.domain.errors import Refused

# The dump itself makes the schema again.
_REPLACE = "SET client_min_messages = warning; DROP SCHEMA public CASCADE"


def dump(url: URL | str, file: Path, programs: Programs) -> None:
    """Write one consistent state of the database into `file`, in the custom format of pg_dump.

    The file appears whole or not at all. Raise Refused when the database or the folder cannot be used, and
    OutOfSpace when the disk is full.
    """
    draft = file.absolute().with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        programs.run(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges", "--schema=public"),
            *("--file", draft, "--dbname", write_conninfo(url, password=False)),
            environment=_pass_password(url),
        )
        _force_to_disk(draft)
        draft.replace(file)
    except ProgramFailed as error:
        raise Refused(f"The database cannot be written to {file}: {error}") from error
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def restore(url: URL | str, file: Path, programs: Programs) -> None:
    """Replace everything in the database by what `file` holds, in one transaction.

    Whatever goes wrong, the database stays as it was. Nothing else may be connected that would hold its
    tables. Raise Refused when the file is no dump or the database cannot be used.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="atr-restore-") as folder:
            script = Path(folder) / "restore.sql"
            # Two steps, because a dump that turns out to be cut short must not leave half of it behind.
            programs.run("pg_restore", "--no-owner", "--no-privileges", "--file", script, file.absolute())
            programs.run(
                "psql",
                *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
                *("--dbname", write_conninfo(url, password=False), "--command", _REPLACE, "--file", script),
                environment=_pass_password(url),
            )
    except ProgramFailed as error:
        raise Refused(f"{file} cannot be restored, and the database is as it was: {error}") from error


def _pass_password(url: URL | str) -> dict[str, str]:
    """Return the password as PostgreSQL's programs take it; an argument would show it to everybody."""
    password = parse_url(url).password
    return {"PGPASSWORD": str(password)} if password else {}


def _force_to_disk(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
