# SPDX-License-Identifier: Apache-2.0
"""Migrations on a real server: from nothing, by several at once, and equal to the tables."""

import importlib
import re
import subprocess
import sys
from importlib import resources

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

import atr.db.tables
from atr.db.engine import create_engine
from atr.db.migrate import migrate
from atr.db.revision import bring_up_to_date, find_current, find_newest
from atr.db.tables.metadata import metadata
from atr.domain.errors import Refused

# Everything that tables are, as PostgreSQL itself writes it.
STRUCTURE = """
SELECT format('%s.%s %s%s%s%s%s', relname, attname, format_type(atttypid, atttypmod),
              CASE WHEN attnotnull THEN ' not null' END, ' identity ' || nullif(attidentity::text, ''),
              ' collate ' || attcollation::regcollation,
              CASE attgenerated WHEN '' THEN ' default ' ELSE ' generated ' END
                  || pg_get_expr(adbin, adrelid))
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def _import_tables() -> None:
    """Load every module of tables, so that the metadata is whole whoever uses them."""
    for module in resources.files(atr.db.tables).iterdir():
        if module.name.endswith(".py"):
            importlib.import_module(f"atr.db.tables.{module.name.removesuffix('.py')}")


def _read_structure(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        lines = connection.execute(text(STRUCTURE)).scalars().all()
    return sorted(line for line in lines if not re.search(r"procrastinate_|alembic_version", line))


def test_a_migrated_database_is_exactly_what_the_tables_say(engine: Engine, empty_database_url: str) -> None:
    _import_tables()
    by_tables = create_engine(empty_database_url)
    metadata.create_all(by_tables)
    intended = _read_structure(by_tables)
    by_tables.dispose()
    migrated = _read_structure(engine)

    assert [line for line in migrated if line not in intended] == []
    assert [line for line in intended if line not in migrated] == []
    assert intended


def test_an_empty_database_is_brought_to_the_newest_revision(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)

    before = find_current(engine)
    bring_up_to_date(engine)
    bring_up_to_date(engine)

    assert (before, find_current(engine)) == (None, find_newest())
    engine.dispose()


def test_several_may_migrate_at_once(empty_database_url: str) -> None:
    command = [sys.executable, "-m", "atr.db.migrate"]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for each in started:
        assert each.stdin is not None
        each.stdin.write(empty_database_url.encode())
        each.stdin.close()
        each.stdin = None
    ended = [each.communicate()[1].decode() for each in started]

    engine = create_engine(empty_database_url)
    assert ended == ["", ""]
    assert [each.returncode for each in started] == [0, 0]
    assert find_current(engine) == find_newest()
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Refused, match="at revision 9999, and this ATR knows only up to"):
        migrate(engine)
    with pytest.raises(Refused, match="could not be brought up to date"):
        bring_up_to_date(engine)


def test_the_queue_has_the_schema_its_library_expects() -> None:
    """When this fails, add a revision with its changes: docs/howto/change-the-database.md."""
    folder = resources.files("atr.db").joinpath("migrations")
    (frozen,) = (each for each in folder.iterdir() if each.name.startswith("procrastinate-"))

    assert frozen.read_text(encoding="utf-8").endswith(SchemaManager.get_schema())


@pytest.mark.parametrize(
    "statement",
    ["UPDATE sample SET a = 2", "DELETE FROM sample", "DELETE FROM sample WHERE false", "TRUNCATE sample"],
)
def test_rows_under_the_guard_are_never_changed_or_removed(statement: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sample AS SELECT 1 AS a"))
        connection.execute(
            text(
                "CREATE TRIGGER guard BEFORE UPDATE OR DELETE OR TRUNCATE ON sample "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        )

    with pytest.raises(DBAPIError, match="refused"), engine.begin() as connection:
        connection.execute(text(statement))

    with engine.begin() as connection:
        connection.execute(text("INSERT INTO sample VALUES (2)"))
        assert connection.execute(text("SELECT a FROM sample ORDER BY a")).scalars().all() == [1, 2]


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET name = 'x'", "DELETE FROM events", "TRUNCATE events"]
)
def test_events_are_under_the_guard(statement: str, engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="refused"), engine.begin() as connection:
        connection.execute(text(statement))
