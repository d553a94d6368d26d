# SPDX-License-Identifier: Apache-2.0
"""Every column that holds something about people says so, and why, and how long."""

import re

from sqlalchemy import Column, Integer, MetaData, Table, Text

from atr.db.tables import metadata
from atr.db.tables.personal_data import declare_act, mark_impersonal
from atr.domain.personal_data import Personal

SUSPICIOUS = re.compile(
    r"(^|_)(name|address|addresses|mail|contact|actor|voter|owner|user|users|by|roster|departed|comment|"
    r"remark|person|people|ip|host|network|receiver|sender|phone|secret|participant|author|member)(_|$)"
)
# About nobody, whatever they are called: `name` of a thing, `member` of an archive.
THINGS = frozenset(
    {
        ("acknowledgements", "member"),
        ("events", "name"),
        ("findings", "member"),
        ("findings", "name"),
        ("products", "name"),
        ("projects", "name"),
    }
)
PEOPLE = frozenset({"people", "participants"})


def list_undeclared(tables: MetaData) -> list[str]:
    """Return columns that look personal, or stand in a table about people, and say nothing of it."""
    return [
        f"{table.name}.{column.name}"
        for table in tables.tables.values()
        for column in table.columns
        if "personal" not in column.info and (is_about_people(table) or looks_personal(table, column))
    ]


def is_about_people(table: Table) -> bool:
    named = {key.target_fullname.partition(".")[0] for key in table.foreign_keys}
    declared = any(isinstance(column.info.get("personal"), Personal) for column in table.columns)
    return declared or bool(PEOPLE & {table.name, *named})


def looks_personal(table: Table, column: Column[object]) -> bool:
    return bool(SUSPICIOUS.search(column.name)) and (table.name, column.name) not in THINGS


def test_every_column_that_looks_personal_is_declared() -> None:
    assert list_undeclared(metadata) == []


def test_a_column_that_says_nothing_is_noticed() -> None:
    tables = MetaData()
    Table("sample", tables, Column("voter", Text), Column("size", Integer))
    assert list_undeclared(tables) == ["sample.voter"]


def test_a_table_about_people_declares_every_column() -> None:
    tables = MetaData()
    table = Table("sample", tables, Column("saved_by", Text, info=declare_act("saved")), Column("a", Text))
    assert list_undeclared(tables) == ["sample.a"]
    mark_impersonal(table, "a")
    assert list_undeclared(tables) == []


def test_every_declaration_says_what_for() -> None:
    declared = [column.info.get("personal") for table in metadata.tables.values() for column in table.columns]
    assert all(each.purpose and each.kept for each in declared if isinstance(each, Personal))
