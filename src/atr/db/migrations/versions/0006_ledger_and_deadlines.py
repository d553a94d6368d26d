# SPDX-License-Identifier: Apache-2.0
"""Add the ledger of outside effects, and deadlines."""

import sqlalchemy
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "ledger",
        sqlalchemy.Column("effect", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column("intended_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("done_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("result", sqlalchemy.Text),
    )
    op.create_table(
        "deadlines",
        sqlalchemy.Column("kind", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column("subject", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column("due_at", sqlalchemy.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_deadlines_due_at", "deadlines", ["due_at"])
