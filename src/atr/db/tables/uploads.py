# SPDX-License-Identifier: Apache-2.0
"""Files on their way in."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column("path", Text(collation="C"), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha512", Text, nullable=False),
    Column(
        "owner",
        Text,
        info=declare_personal(DataCategory.IDENTITY, "lets only you continue an upload", Kept.UPLOAD),
    ),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("complete", Boolean, nullable=False),
    CheckConstraint("size >= 0", name="size"),
    Index("ix_uploads_release_id", "release_id"),
    Index("ix_uploads_created_at", "created_at"),
)
mark_impersonal(uploads, "id release_id path size sha512 created_at complete")
