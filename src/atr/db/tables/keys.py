# SPDX-License-Identifier: Apache-2.0
"""Signing keys, and the projects they are attached to."""

from sqlalchemy import Column, DateTime, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("owner", Text, ForeignKey("people.user_id"), index=True),
    Column("armored", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revocation_reason", Text),
)

project_keys = Table(
    "project_keys",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("fingerprint", Text, ForeignKey("signing_keys.fingerprint"), primary_key=True, index=True),
    Column("attached_at", DateTime(timezone=True), nullable=False),
)
