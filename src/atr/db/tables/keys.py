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
    Column("proof", Text),
    Column("proven_at", DateTime(timezone=True)),
)

# At most one text a person and key; answering it, or asking again, removes it.
key_challenges = Table(
    "key_challenges",
    metadata,
    Column("fingerprint", Text, ForeignKey("signing_keys.fingerprint"), primary_key=True),
    Column("user_id", Text, ForeignKey("people.user_id"), primary_key=True, index=True),
    Column("text", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

project_keys = Table(
    "project_keys",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("fingerprint", Text, ForeignKey("signing_keys.fingerprint"), primary_key=True, index=True),
    Column("attached_at", DateTime(timezone=True), nullable=False),
)
