# SPDX-License-Identifier: Apache-2.0
"""The outbox, and what is said about releases."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from atr.db.tables.metadata import metadata

mails = Table(
    "mails",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column("to_addresses", ARRAY(Text), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("in_reply_to", Text),
    Column("state", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("failure", Text),
    Index("ix_mails_release", "release_id", "id"),
)

announcements = Table(
    "announcements",
    metadata,
    Column("release_id", ForeignKey("releases.id"), primary_key=True),
    Column("to_addresses", ARRAY(Text), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("last_problem", Text),
    Column("edition", Integer, nullable=False),
)
