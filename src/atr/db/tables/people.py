# SPDX-License-Identifier: Apache-2.0
"""Persons, and the hashes of their credentials."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata

people = Table(
    "people",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("foundation_member", Boolean, nullable=False),
    Column("sysadmin", Boolean, nullable=False),
    Column("key_fingerprints", ARRAY(Text), nullable=False, server_default="{}"),
)

person_addresses = Table(
    "person_addresses",
    metadata,
    Column("folded_address", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("people.user_id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("address", Text, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("owner", Text, ForeignKey("people.user_id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", JSONB, nullable=False),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", Text, ForeignKey("people.user_id"), nullable=False, index=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)

login_codes = Table(
    "login_codes",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("people.user_id"), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
)
