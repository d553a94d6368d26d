# SPDX-License-Identifier: Apache-2.0
"""Distribution channels with their sealed credentials, and how product lines use them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import mark_impersonal

channels = Table(
    "channels",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("automation_endpoint", Text),
    Column("local", Boolean, nullable=False),
    Column("promotes", Boolean, nullable=False),
    Column("sealed_credentials", LargeBinary),
    Column("sealed_key", LargeBinary),
    Column("test_asked_at", DateTime(timezone=True)),
    Column("tested_at", DateTime(timezone=True)),
    Column("test_passed", Boolean, nullable=False),
    Column("test_result", Text, nullable=False),
    Column("created_at", DateTime(timezone=True)),
    Column("edition", Integer, nullable=False),
    CheckConstraint("(sealed_credentials IS NULL) = (sealed_key IS NULL)", name="sealed_whole"),
)
mark_impersonal(channels, "name")

channel_uses = Table(
    "channel_uses",
    metadata,
    Column("project", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("channel", Text, ForeignKey("channels.key"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("owner_namespace", Text),
    Column("package", Text),
    Column("files", ARRAY(Text), nullable=False),
    Column("staging_name", Text),
    Column("final_names", ARRAY(Text), nullable=False),
    ForeignKeyConstraint(["project", "product"], ["products.project", "products.key"]),
    Index("ix_channel_uses_channel", "channel"),
)
mark_impersonal(channel_uses, "owner_namespace staging_name")
