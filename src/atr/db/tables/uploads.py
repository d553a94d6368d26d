# SPDX-License-Identifier: Apache-2.0
"""Files on their way in."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text

from atr.db.tables.metadata import metadata

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column("path", Text(collation="C"), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha512", Text, nullable=False),
    Column("owner", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("complete", Boolean, nullable=False),
    CheckConstraint("size >= 0", name="size"),
    Index("ix_uploads_release_id", "release_id"),
    Index("ix_uploads_created_at", "created_at"),
)
