# SPDX-License-Identifier: Apache-2.0
"""Revisions, the files they name, and what is known of stored bytes."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, mark_impersonal

contents = Table(
    "contents",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sha512", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    CheckConstraint("size >= 0", name="size"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("manifest_digest", Text, nullable=False),
    Column("file_count", Integer, nullable=False),
    Column("total_size", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False, info=declare_act("changed the files of a release")),
    Column("description", Text, nullable=False),
    UniqueConstraint("release_id", "number"),
    CheckConstraint("number >= 1", name="number"),
)
mark_impersonal(
    revisions,
    "id release_id number manifest_digest file_count total_size created_at description",
)

revision_files = Table(
    "revision_files",
    metadata,
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Column("path", Text(collation="C"), primary_key=True),
    Column("content_id", ForeignKey("contents.id"), nullable=False),
    Index("ix_revision_files_content_id", "content_id"),
)

release_signatures = Table(
    "release_signatures",
    metadata,
    Column("release_id", ForeignKey("releases.id"), primary_key=True),
    Column("path", Text(collation="C"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Index("ix_release_signatures_fingerprint", "fingerprint"),
)
