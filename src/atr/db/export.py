# SPDX-License-Identifier: Apache-2.0
"""Everything that is recorded, as lines of JSON: equal data gives equal bytes."""

import json
from collections.abc import Iterator

from sqlalchemy import Connection, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text

from atr.db.tables import metadata

# Secrets, and what is only remembered for speed.
_LEFT_OUT = frozenset(
    {"tokens", "sessions", "login_codes", "replies", "finding_cache", "ledger", "deadlines"}
)
_BATCH = 1_000


def write_rows(connection: Connection) -> Iterator[str]:
    """Return each row of each table, tables by name and rows by primary key, as one line of JSON."""
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        if table.name in _LEFT_OUT:
            continue
        row = cast(func.to_jsonb(table.table_valued()), JSONB)
        keys = [cast(column, Text) for column in table.primary_key.columns]
        rows = connection.execution_options(yield_per=_BATCH).execute(select(row).order_by(*keys))
        for (values,) in rows:
            yield json.dumps({"table": table.name, **values}, sort_keys=True, ensure_ascii=False) + "\n"
