# SPDX-License-Identifier: Apache-2.0
"""Keep what a visitor ticked until the ballot is confirmed."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "confirmations",
        sqlalchemy.Column("done", ARRAY(sqlalchemy.Text), nullable=False, server_default="{}"),
    )
