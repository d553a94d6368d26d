# SPDX-License-Identifier: Apache-2.0
"""Answers kept for repeats of the same request."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

replies = Table(
    "replies",
    metadata,
    Column(
        "actor",
        Text,
        primary_key=True,
        info=declare_personal(
            DataCategory.IDENTITY, "answers a repeated request in the same way", Kept.REPLY
        ),
    ),
    Column("key", Text, primary_key=True),
    Column("request_digest", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column(
        "body",
        LargeBinary,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "answers a repeated request in the same way", Kept.REPLY),
    ),
    Column("headers", JSONB, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, index=True),
)
mark_impersonal(replies, "key request_digest status headers kept_at")
