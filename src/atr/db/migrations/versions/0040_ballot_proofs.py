# SPDX-License-Identifier: Apache-2.0
"""Add the digest over all ballots of a closed round, refused ballots, and the keys that sign receipts."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables; rounds that are closed already keep no root."""
    op.add_column("rounds", sqlalchemy.Column("ballots_root", sqlalchemy.Text))
    op.create_table(
        "refused_ballots",
        sqlalchemy.Column(
            "round_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("rounds.id"), primary_key=True
        ),
        sqlalchemy.Column("voter", sqlalchemy.Text(), primary_key=True),
        sqlalchemy.Column("text", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("door", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("refused_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("reasons", postgresql.ARRAY(sqlalchemy.Text()), nullable=False),
        sqlalchemy.Column("attempts", sqlalchemy.Integer(), nullable=False),
    )
    op.create_table(
        "service_keys",
        sqlalchemy.Column("key_id", sqlalchemy.Text(), primary_key=True),
        sqlalchemy.Column("public_key", sqlalchemy.Text(), nullable=False),
        sqlalchemy.Column("first_used_at", sqlalchemy.DateTime(timezone=True), nullable=False),
    )
