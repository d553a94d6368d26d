# SPDX-License-Identifier: Apache-2.0
"""Everything that is recorded, as lines of JSON: equal data gives equal bytes."""

import json
from collections.abc import Iterator

from sqlalchemy import Connection, Table, cast, exists, func, inspect, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text

from atr.db.tables import metadata
from atr.db.tables.events import events

# Secrets, what is only remembered for speed, and what visitors have not confirmed.
_LEFT_OUT = frozenset(
    {
        "tokens",
        "sessions",
        "login_codes",
        "replies",
        "finding_cache",
        "finding_tallies",
        "confirmations",
        "visitor_attempts",
        "ledger",
        "deadlines",
    }
)
# What a visitor may erase must not live on in a file; ballots and events name visitors by a random id.
_VISITORS = "participants"
# Credentials are of use to nobody without the master secret, and to nobody else at all.
_SEALED = frozenset({"sealed_credentials", "sealed_key"})
_CHANNELS = "channels"
_BATCH = 1_000


def has_events(connection: Connection) -> bool:
    """Tell whether anything ever happened in the database; every change leaves an event."""
    if not inspect(connection).has_table(events.name):
        return False
    return connection.execute(select(exists().select_from(events))).scalar_one()


def write_rows(connection: Connection) -> Iterator[str]:
    """Return each row of each table, tables by name and rows by primary key, as one line of JSON."""
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        if table.name in _LEFT_OUT:
            continue
        row = cast(func.to_jsonb(table.table_valued()), JSONB)
        # Compared byte by byte: a database elsewhere may sort letters differently.
        keys = [cast(column, Text).collate("C") for column in table.primary_key.columns]
        rows = connection.execution_options(yield_per=_BATCH).execute(select(row).order_by(*keys))
        hidden = _list_hidden(table)
        for (values,) in rows:
            for name in hidden:
                del values[name]
            yield json.dumps({"table": table.name, **values}, sort_keys=True, ensure_ascii=False) + "\n"


def _list_hidden(table: Table) -> tuple[str, ...]:
    if table.name == _CHANNELS:
        return tuple(_SEALED)
    if table.name != _VISITORS:
        return ()
    return tuple(column.name for column in table.columns if column.info.get("personal") is not None)
