# SPDX-License-Identifier: Apache-2.0
"""Add rounds, ballots, outgoing mails and announcements."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PROTECT_BALLOTS = """
CREATE TRIGGER ballots_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ballots
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Create the tables with their indexes, and keep ballots as they are."""
    create_rounds()
    create_ballots()
    create_mails()
    create_announcements()
    op.execute(PROTECT_BALLOTS)


def create_rounds() -> None:
    """Create the rounds; a release has one open at most."""
    op.create_table(
        "rounds",
        sqlalchemy.Column("id", sqlalchemy.BigInteger(), sqlalchemy.Identity(always=True), primary_key=True),
        sqlalchemy.Column(
            "release_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("releases.id"), nullable=False
        ),
        sqlalchemy.Column("number", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("kind", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column(
            "voting_project", sqlalchemy.Text, sqlalchemy.ForeignKey("projects.key"), nullable=False
        ),
        sqlalchemy.Column("revision", sqlalchemy.Integer(), nullable=False),
        sqlalchemy.Column("manifest_digest", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("policy", postgresql.JSONB(), nullable=False),
        sqlalchemy.Column("policy_version", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("roster", postgresql.ARRAY(sqlalchemy.Text()), nullable=False),
        sqlalchemy.Column("opened_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("opened_by", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("deadline_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("state", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("closed_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("closed_by", sqlalchemy.Text()),
        sqlalchemy.Column("summary", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("manual_result", postgresql.JSONB()),
        sqlalchemy.Column("tally", postgresql.JSONB()),
        sqlalchemy.Column("departed", postgresql.ARRAY(sqlalchemy.Text()), nullable=False),
        sqlalchemy.UniqueConstraint("release_id", "number"),
        sqlalchemy.CheckConstraint(
            "state IN ('open', 'waiting_for_rm', 'passed', 'failed', 'cancelled')", name="state"
        ),
    )
    op.create_index(
        "ix_rounds_one_open",
        "rounds",
        ["release_id"],
        unique=True,
        postgresql_where=sqlalchemy.text("state IN ('open', 'waiting_for_rm')"),
    )


def create_ballots() -> None:
    """Create the ballots."""
    op.create_table(
        "ballots",
        sqlalchemy.Column("id", sqlalchemy.BigInteger(), sqlalchemy.Identity(always=True), primary_key=True),
        sqlalchemy.Column(
            "round_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("rounds.id"), nullable=False
        ),
        sqlalchemy.Column("voter", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("choice", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("text", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("manifest_digest", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("cast_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("door", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("comment", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("evidence", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_ballots_round", "ballots", ["round_id", "id"])
    op.create_index("ix_ballots_voter", "ballots", ["voter"])


def create_mails() -> None:
    """Create the outbox."""
    op.create_table(
        "mails",
        sqlalchemy.Column("id", sqlalchemy.BigInteger(), sqlalchemy.Identity(always=True), primary_key=True),
        sqlalchemy.Column("message_id", sqlalchemy.Text(), nullable=False, unique=True),
        sqlalchemy.Column("kind", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column(
            "release_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("releases.id"), nullable=False
        ),
        sqlalchemy.Column("to_addresses", postgresql.ARRAY(sqlalchemy.Text()), nullable=False),
        sqlalchemy.Column("subject", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("body", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("queued_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("in_reply_to", sqlalchemy.Text()),
        sqlalchemy.Column("state", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("sent_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("failure", sqlalchemy.Text()),
    )
    op.create_index("ix_mails_release", "mails", ["release_id", "id"])


def create_announcements() -> None:
    """Create the announcements, one a release."""
    op.create_table(
        "announcements",
        sqlalchemy.Column(
            "release_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("releases.id"), primary_key=True
        ),
        sqlalchemy.Column("to_addresses", postgresql.ARRAY(sqlalchemy.Text()), nullable=False),
        sqlalchemy.Column("subject", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("body", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("state", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("approved_by", sqlalchemy.Text()),
        sqlalchemy.Column("approved_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("sent_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("last_problem", sqlalchemy.Text()),
        sqlalchemy.Column("edition", sqlalchemy.Integer(), nullable=False),
    )
