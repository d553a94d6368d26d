# SPDX-License-Identifier: Apache-2.0
"""Add the queue of jobs."""

from importlib import resources

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Frozen as it was in this version. A later version's changes are a revision of their own, which applies the
# files of `procrastinate.schema.SchemaManager.get_migrations_path()` that came since.
QUEUE = "procrastinate-3.10.0.sql"


def upgrade() -> None:
    """Apply the queue's own script."""
    script = resources.files("atr.db").joinpath("migrations", QUEUE).read_text(encoding="utf-8")
    # Many statements in one text go only to the driver itself, and only without parameters.
    op.get_bind().connection.cursor().execute(script)
