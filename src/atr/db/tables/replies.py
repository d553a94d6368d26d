# SPDX-License-Identifier: Apache-2.0
"""Answers kept for repeats of the same request."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata

replies = Table(
    "replies",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_digest", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, index=True),
)
