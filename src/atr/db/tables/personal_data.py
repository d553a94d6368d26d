# SPDX-License-Identifier: Apache-2.0
"""How columns declare that they hold personal data; a test refuses one that looks so and does not say.

A column of a table about people carries `info={"personal": Personal(...)}`, or stands in `mark_impersonal`.
"""

from sqlalchemy import Table

from atr.domain.personal_data import DataCategory, Kept, Personal


def declare_personal(category: DataCategory, purpose: str, kept: Kept) -> dict[str, Personal]:
    """Return the `info` of a column that holds personal data."""
    return {"personal": Personal(category, purpose, kept)}


def mark_impersonal(table: Table, names: str) -> None:
    """Say of columns, by their names, that they hold nothing about people beside those that do."""
    for name in names.split():
        table.c[name].info["personal"] = None


def declare_act(what: str) -> dict[str, Personal]:
    """Return the `info` of a column that says who did something: part of the public record."""
    return declare_personal(DataCategory.IDENTITY, f"shows who {what}", Kept.FOR_EVER)
