# SPDX-License-Identifier: Apache-2.0
"""Add the lists of what is inside archives."""

import sqlalchemy
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "archive_trees",
        sqlalchemy.Column("key", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column("tree", sqlalchemy.LargeBinary, nullable=False),
    )
