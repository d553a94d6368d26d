# SPDX-License-Identifier: Apache-2.0
"""Rounds, of which a release has one open at most, and ballots, whose rows a trigger keeps as they are."""

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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from atr.db.tables.metadata import metadata

rounds = Table(
    "rounds",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("voting_project", ForeignKey("projects.key"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("manifest_digest", Text, nullable=False),
    Column("policy", JSONB, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("roster", ARRAY(Text), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("deadline_at", DateTime(timezone=True)),
    Column("state", Text, nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("summary", Text, nullable=False),
    Column("manual_result", JSONB(none_as_null=True)),
    Column("tally", JSONB(none_as_null=True)),
    Column("departed", ARRAY(Text), nullable=False),
    UniqueConstraint("release_id", "number"),
    CheckConstraint("state IN ('open', 'waiting_for_rm', 'passed', 'failed', 'cancelled')", name="state"),
    Index(
        "ix_rounds_one_open",
        "release_id",
        unique=True,
        postgresql_where=text("state IN ('open', 'waiting_for_rm')"),
    ),
)

ballots = Table(
    "ballots",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("voter", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("manifest_digest", Text, nullable=False),
    Column("cast_at", DateTime(timezone=True), nullable=False),
    Column("door", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Index("ix_ballots_round", "round_id", "id"),
    Index("ix_ballots_voter", "voter"),
)
