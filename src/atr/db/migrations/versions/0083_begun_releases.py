# SPDX-License-Identifier: Apache-2.0
"""Find the releases that somebody began without reading all of them."""

from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_releases_begun", "releases", ["created_by", "created_at", "id"])
