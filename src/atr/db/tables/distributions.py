# SPDX-License-Identifier: Apache-2.0
"""Releases on channels."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import mark_impersonal

distributions = Table(
    "distributions",
    metadata,
    Column("release_id", ForeignKey("releases.id"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("owner_namespace", Text),
    Column("package", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("staging", Boolean, nullable=False),
    Column("promoted", Boolean, nullable=False),
    Column("promoted_at", DateTime(timezone=True)),
    Column("staging_revision_key", Text),
    Column("handle_kind", Text),
    Column("handle_value", Text),
    Column("api_url", Text),
    Column("web_url", Text),
    Column("uploaded_at", DateTime(timezone=True)),
    Column("failed_step", Text),
    Column("failure_reason", Text),
    Column("failed_in", Text),
    Column("goal", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("channel_edition", Integer, nullable=False),
    Column("staging_name", Text, nullable=False),
    Column("final_names", ARRAY(Text), nullable=False),
    Column("becomes_latest", Boolean, nullable=False),
    Column("instruction", Text, nullable=False),
    Column("told_done", Boolean, nullable=False),
    Column("problem", Text, nullable=False),
    Column("patience_ends_at", DateTime(timezone=True)),
    Column("drift", Text, nullable=False),
    Column("compared_at", DateTime(timezone=True)),
    Column("withdrawal_asked_at", DateTime(timezone=True)),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("edition", Integer, nullable=False),
    Index("ix_distributions_channel", "channel"),
    Index("ix_distributions_drifted", "compared_at", postgresql_where=text("drift <> ''")),
    Index("ix_distributions_compared", "compared_at"),
)
mark_impersonal(distributions, "owner_namespace staging_name")
