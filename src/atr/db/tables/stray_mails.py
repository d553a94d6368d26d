# SPDX-License-Identifier: Apache-2.0
"""Mails that look like votes and answer none, for a while: neither their sender nor their text is kept."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text, UniqueConstraint

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

stray_mails = Table(
    "stray_mails",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column(
        "subject",
        Text,
        nullable=False,
        info=declare_personal(
            DataCategory.OPINION, "helps to find a vote by mail that went astray", Kept.STRAY
        ),
    ),
    Column(
        "text",
        Text,
        nullable=False,
        info=declare_personal(
            DataCategory.OPINION, "helps to find a vote by mail that went astray", Kept.STRAY
        ),
    ),
    Column("received_at", DateTime(timezone=True), nullable=False, index=True),
    UniqueConstraint("message_id"),
)
mark_impersonal(stray_mails, "id message_id source received_at")
