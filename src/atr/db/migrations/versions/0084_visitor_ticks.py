# SPDX-License-Identifier: Apache-2.0
"""Keep what a visitor ticked until the ballot is confirmed."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0084"
down_revision = "0086"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "confirmations",
        sqlalchemy.Column("done", ARRAY(sqlalchemy.Text), nullable=False, server_default="{}"),
    )
