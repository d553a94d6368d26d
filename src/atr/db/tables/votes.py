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
from atr.db.tables.personal_data import declare_act, declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

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
    Column(
        "policy",
        JSONB,
        nullable=False,
        info=declare_personal(
            DataCategory.CONTACT, "says where mail to lists and named contacts went", Kept.FOR_EVER
        ),
    ),
    Column("policy_version", Text, nullable=False),
    Column("roster", ARRAY(Text), nullable=False, info=declare_act("could cast binding votes")),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_by", Text, nullable=False, info=declare_act("opened a vote")),
    Column("deadline_at", DateTime(timezone=True)),
    Column("state", Text, nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text, info=declare_act("closed a vote")),
    Column("summary", Text, nullable=False),
    Column("manual_result", JSONB(none_as_null=True)),
    Column("tally", JSONB(none_as_null=True)),
    Column("departed", ARRAY(Text), nullable=False, info=declare_act("had left before the result")),
    Column("ballots_root", Text),
    UniqueConstraint("release_id", "number"),
    CheckConstraint("state IN ('open', 'waiting_for_rm', 'passed', 'failed', 'cancelled')", name="state"),
    Index(
        "ix_rounds_one_open",
        "release_id",
        unique=True,
        postgresql_where=text("state IN ('open', 'waiting_for_rm')"),
    ),
)
mark_impersonal(
    rounds,
    "id release_id number kind voting_project revision manifest_digest policy_version opened_at "
    "deadline_at state closed_at summary manual_result tally ballots_root",
)

ballots = Table(
    "ballots",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("voter", Text, nullable=False, info=declare_act("voted")),
    Column(
        "choice",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is the vote", Kept.FOR_EVER),
    ),
    Column(
        "text",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is the vote", Kept.FOR_EVER),
    ),
    Column("manifest_digest", Text, nullable=False),
    Column("cast_at", DateTime(timezone=True), nullable=False),
    Column("door", Text, nullable=False),
    Column(
        "comment",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is shown with the ballot of an account", Kept.FOR_EVER),
    ),
    Column(
        "evidence",
        JSONB,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "says what the voter tried out", Kept.FOR_EVER),
    ),
    Index("ix_ballots_round", "round_id", "id"),
    Index("ix_ballots_voter", "voter"),
)
mark_impersonal(ballots, "id round_id manifest_digest cast_at door")

refused_ballots = Table(
    "refused_ballots",
    metadata,
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("voter", Text, primary_key=True, info=declare_act("cast a ballot that was not taken")),
    Column(
        "text",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is a vote that was not taken", Kept.FOR_EVER),
    ),
    Column("door", Text, nullable=False),
    Column("refused_at", DateTime(timezone=True), nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("attempts", Integer, nullable=False),
)
mark_impersonal(refused_ballots, "round_id door refused_at reasons attempts")

service_keys = Table(
    "service_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("first_used_at", DateTime(timezone=True), nullable=False),
)

# Ballots stay as they are; taking one back says up to which of them its voter's do not count.
ballot_withdrawals = Table(
    "ballot_withdrawals",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("round_id", BigInteger, ForeignKey("rounds.id"), nullable=False),
    Column("voter", Text, nullable=False, info=declare_act("took a ballot back")),
    Column("last_ballot", BigInteger, ForeignKey("ballots.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_ballot_withdrawals_voter", "round_id", "voter"),
)
mark_impersonal(ballot_withdrawals, "id round_id last_ballot at")
