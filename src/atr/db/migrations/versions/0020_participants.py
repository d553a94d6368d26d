# SPDX-License-Identifier: Apache-2.0
"""Add visitors who vote, what waits for their confirmation, traces against abuse, and withdrawals."""

import sqlalchemy
from alembic import op

revision = "0020"
down_revision = "0009"
branch_labels = None
depends_on = None

PROTECT_WITHDRAWALS = """
CREATE TRIGGER ballot_withdrawals_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ballot_withdrawals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Create the tables."""
    create_participants()
    create_confirmations()
    create_attempts()
    create_withdrawals()
    op.execute(PROTECT_WITHDRAWALS)


def create_participants() -> None:
    """Create the visitors of rounds."""
    op.create_table(
        "participants",
        sqlalchemy.Column("id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("round_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("number", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("contact_kind", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("contact_hash", sqlalchemy.Text),
        sqlalchemy.Column("sealed_contact", sqlalchemy.LargeBinary),
        sqlalchemy.Column("sealed_key", sqlalchemy.LargeBinary),
        sqlalchemy.Column("display_name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("remark", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("consented_notice", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("confirmed_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("erased_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sqlalchemy.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_participants_round_id_rounds")
        ),
        sqlalchemy.UniqueConstraint(
            "round_id", "contact_hash", name=op.f("uq_participants_round_id_contact_hash")
        ),
        sqlalchemy.UniqueConstraint("round_id", "number", name=op.f("uq_participants_round_id_number")),
    )


def create_confirmations() -> None:
    """Create what waits for a click."""
    op.create_table(
        "confirmations",
        sqlalchemy.Column("id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("participant_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("token_hash", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("display_name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("remark", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("choice", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("manifest_digest", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("door", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("notice", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("expires_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("used_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sqlalchemy.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            ondelete="CASCADE",
            name=op.f("fk_confirmations_participant_id_participants"),
        ),
        sqlalchemy.UniqueConstraint("token_hash", name=op.f("uq_confirmations_token_hash")),
    )
    op.create_index(op.f("ix_confirmations_participant_id"), "confirmations", ["participant_id"])
    op.create_index(op.f("ix_confirmations_expires_at"), "confirmations", ["expires_at"])


def create_attempts() -> None:
    """Create the traces against abuse."""
    op.create_table(
        "visitor_attempts",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), nullable=False),
        sqlalchemy.Column("counted", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("digest", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_visitor_attempts")),
    )
    op.create_index(op.f("ix_visitor_attempts_at"), "visitor_attempts", ["at"])
    op.create_index("ix_visitor_attempts_digest", "visitor_attempts", ["counted", "digest", "at"])


def create_withdrawals() -> None:
    """Create withdrawals: ballots themselves are never changed, so taking one back is a row of its own."""
    op.create_table(
        "ballot_withdrawals",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), nullable=False),
        sqlalchemy.Column("round_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("voter", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("last_ballot", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_ballot_withdrawals")),
        sqlalchemy.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_ballot_withdrawals_round_id_rounds")
        ),
        sqlalchemy.ForeignKeyConstraint(
            ["last_ballot"], ["ballots.id"], name=op.f("fk_ballot_withdrawals_last_ballot_ballots")
        ),
    )
    op.create_index("ix_ballot_withdrawals_voter", "ballot_withdrawals", ["round_id", "voter"])
