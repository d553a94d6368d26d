# SPDX-License-Identifier: Apache-2.0
"""The ledger of outside effects, and deadlines."""

from sqlalchemy import Column, DateTime, Index, Table, Text

from atr.db.tables.metadata import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("effect", Text, primary_key=True),
    Column("intended_at", DateTime(timezone=True), nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("result", Text),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Index("ix_deadlines_due_at", "due_at"),
)
