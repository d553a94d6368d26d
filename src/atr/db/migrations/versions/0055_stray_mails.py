# SPDX-License-Identifier: Apache-2.0
"""Add mails that look like votes and answer none."""

import sqlalchemy
from alembic import op

revision = "0055"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "stray_mails",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), nullable=False),
        sqlalchemy.Column("message_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("source", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("subject", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("text", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("received_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.PrimaryKeyConstraint("id", name=op.f("pk_stray_mails")),
        sqlalchemy.UniqueConstraint("message_id", name=op.f("uq_stray_mails_message_id")),
    )
    op.create_index(op.f("ix_stray_mails_received_at"), "stray_mails", ["received_at"])
