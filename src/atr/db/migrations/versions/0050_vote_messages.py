# SPDX-License-Identifier: Apache-2.0
"""Add mails that come in for votes."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "vote_messages",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), nullable=False),
        sqlalchemy.Column("round_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("message_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("source", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("sender", sqlalchemy.Text),
        sqlalchemy.Column("sender_name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("subject", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("sent_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("received_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("choice", sqlalchemy.Text),
        sqlalchemy.Column("text", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("comment", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("explanation", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("is_proven", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("identity", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("state", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("reasons", postgresql.ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.Column("voter", sqlalchemy.Text),
        sqlalchemy.Column("asked_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("decided_by", sqlalchemy.Text),
        sqlalchemy.Column("decided_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("decided_reason", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("raw", sqlalchemy.LargeBinary),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_vote_messages")),
        sqlalchemy.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_vote_messages_round_id_rounds")
        ),
        sqlalchemy.UniqueConstraint("message_id", name=op.f("uq_vote_messages_message_id")),
    )
    op.create_index("ix_vote_messages_round", "vote_messages", ["round_id", "id"])
    op.create_index("ix_vote_messages_voter", "vote_messages", ["voter"])
