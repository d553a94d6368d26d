# SPDX-License-Identifier: Apache-2.0
"""Add what files are as packages."""

import sqlalchemy
from alembic import op

revision = "0080"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "package_facts",
        sqlalchemy.Column("key", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column("ecosystem", sqlalchemy.Text),
        sqlalchemy.Column("package", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("version", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("details", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("document", sqlalchemy.LargeBinary, nullable=False),
    )
