# SPDX-License-Identifier: Apache-2.0
"""What the tables declare of the personal data they hold, for the privacy page and for exports."""

from atr.db.tables import metadata
from atr.domain.personal_data import Personal, PersonalColumn


def list_personal_columns() -> tuple[PersonalColumn, ...]:
    """Return every column that holds personal data, tables by name, columns in their order."""
    found = (
        (table.name, column.name, column.info.get("personal"))
        for table in sorted(metadata.tables.values(), key=lambda table: table.name)
        for column in table.columns
    )
    return tuple(
        PersonalColumn(table, column, personal)
        for table, column, personal in found
        if isinstance(personal, Personal)
    )
